export { aggregateByName, aggregateRecords } from "./aggregates/index.ts";
export type { AggregateRecord } from "./aggregates/aggregate-record.ts";
export type { Alert } from "./alert.ts";
export { addToAlertHash, emptyAlertHash } from "./alert-hash.ts";
export { EngineOptionError } from "./engine/binding.ts";
export type { LiveValue } from "./engine/live-values.ts";
export type { TableSource, TableWiring } from "./pipeline/contracts/table-source.ts";
export type { LiveEntry, LiveRuleOptions, LiveView, LiveWiring } from "./pipeline/contracts/live-view.ts";
export type { ComingEvent, Residence, ResidenceStats } from "./engine/residence.ts";
export { createEngine, createShard, generatedCode, restoreEngine, restoreEngineInPieces } from "./engine/engine.ts";
export { defaultTimeFields, type EventTime, readEventTime } from "./engine/event-time.ts";
export { type LeadingEntries, SnapshotError } from "./engine/engine-state.ts";
export { type PackedEntries, type PackedEntry, packEntries, unpackEntries } from "./snapshot/packed-entries.ts";
export type { EngineChanges, EngineStateEntry } from "./snapshot/state-entry.ts";
export type {
  Engine,
  EngineOptions,
  EngineProgress,
  EngineStats,
  RestoreOptions,
  RuleStats,
  SetAside,
} from "./engine/types.ts";
export { fieldsRead } from "./fields-read.ts";
export type { ConditionPart, Term } from "./explain/condition-part.ts";
export type { EvaluationOutcome } from "./explain/key-trail.ts";
export type { RunEnd, RunTrace } from "./explain/run-trace.ts";
export type { Evaluation, ExplainOptions, NearMiss, RefusedBy, Why, WhyNot, WhyNotReason } from "./explain/why.ts";
export { conditionText, runText, whyNotLines, type WhyTextOptions } from "./explain/why-text.ts";
export { type ExplainNode, explainPlan } from "./explain/explain-plan.ts";
export { parseDuration } from "./duration-text.ts";
export type {
  AggregateName,
  AggregatePlan,
  ArithmeticOp,
  BranchPlan,
  CompareOp,
  FieldPlan,
  KeyPlan,
  Millis,
  ParamPlan,
  PlainStepPlan,
  Plan,
  PlanExpr,
  PlanValue,
  RulePlan,
  SequencePlan,
  Severity,
  StepPlan,
  StreamPlan,
  TablePlan,
  TimeUnit,
  TypeName,
  WindowPlan,
} from "./plan.ts";
export { PLAN_VERSION } from "./plan.ts";
export type { EventData } from "./row.ts";
export { type AlertPlace } from "./shard/alert-place.ts";
export type { EventShare, TellingType } from "./shard/event-share.ts";
export { mergeStats, ShardMerge } from "./shard/merge-shards.ts";
export { ruleOwners, type RuleOwner } from "./shard/rule-owners.ts";
export type { EngineShard, PlacedAlert } from "./shard/shard.ts";
export { Duration, Time, type Value, type ValueObject } from "./value.ts";
export type { EvalContext, Evaluate } from "./evaluate.ts";
export type { FunctionParam, FunctionRecord } from "./functions/function-record.ts";
export { functionByName, functionRecords } from "./functions/index.ts";
export { type FailureLine, failureLines } from "./rule-tests/failure-lines.ts";
export { alertField, type ExpectField } from "./rule-tests/match-alerts.ts";
export { type MissingAlert, runTest, type RunTestOptions, type TestResult } from "./rule-tests/run-test.ts";
export { alertText, expectText, givenText, testTimeText } from "./rule-tests/test-text.ts";
export type { TestEvent } from "./rule-tests/test-events.ts";
export type { TestExpect, TestGiven, TestObject, TestPlan, TestValue } from "./rule-tests/test-plan.ts";
export type { PartialMatch, PartialMatches } from "./sequence/partial-match.ts";
export { compileRegex, type Regex, RegexError } from "./regex.ts";
export type { Row } from "./row.ts";
export { parseTime } from "./time-text.ts";
export { compareKeys, equal, isKeyValue, keyOf, order } from "./values/compare.ts";
export { fromHost } from "./values/from-host.ts";
export { type Json, toJson } from "./values/to-json.ts";
export { typeOf, type ValueType } from "./values/type-of.ts";
export { defaultPolicies, type PolicySettings } from "./pipeline/policy/settings.ts";
export { createPipeline } from "./pipeline/create-pipeline.ts";
export type { AlertFormat } from "./pipeline/contracts/alert-format.ts";
export { DecodeError, type DecodedEvent, type Decoder, DecoderUnavailableError } from "./pipeline/contracts/decoder.ts";
export type { Host, HostClock, Random } from "./pipeline/contracts/host.ts";
export type {
  CommittedOffset,
  ConsumerOptions,
  Headers,
  Log,
  LogConsumer,
  LogHappening,
  LogMessage,
  LogProducer,
  LogRecord,
  OffsetToCommit,
  TopicPartition,
  TransactionalProducer,
} from "./pipeline/contracts/log.ts";
export { LogError, type LogErrorDetails, type LogErrorKind } from "./pipeline/contracts/log-error.ts";
export type {
  AcquireStep,
  BatchWork,
  BreakerState,
  CommitStep,
  Counts,
  PipelineEvent,
  PipelineObserver,
  TaskPhase,
} from "./pipeline/contracts/observer.ts";
export type {
  AlertHeaders,
  DependencyStatus,
  InputTopic,
  LogWiring,
  Pipeline,
  PipelineOptions,
  PipelineSettings,
  PipelineStatus,
  SourceWiring,
  TaskStatus,
  TopicWiring,
} from "./pipeline/contracts/pipeline.ts";
export { sourceGroup } from "./pipeline/source/topic-output.ts";
export { EntryScan } from "./pipeline/stores/entry-scan.ts";
export { MemoryStateStore } from "./pipeline/stores/memory-store.ts";
export { PipelineError, type PipelineErrorCode } from "./pipeline/contracts/pipeline-error.ts";
export { type Refused, type Sink, type SinkAlert, type SinkBatch, SinkError } from "./pipeline/contracts/sink.ts";
export { type Source, type SourceBatch, SourceError } from "./pipeline/contracts/source.ts";
export type {
  StagedVersion,
  StateDelta,
  StateEntry,
  StatePage,
  StateStore,
  StateVersion,
  StoredTask,
  StoredVersion,
} from "./pipeline/contracts/state-store.ts";
export {
  StateStoreError,
  type StateStoreErrorDetails,
  type StateStoreErrorKind,
} from "./pipeline/contracts/state-store-error.ts";
