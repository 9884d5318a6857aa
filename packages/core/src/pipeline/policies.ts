import { LogError } from "./contracts/log-error.ts";
import type { PipelineOptions } from "./contracts/pipeline.ts";
import { type Sink, SinkError } from "./contracts/sink.ts";
import { StateStoreError } from "./contracts/state-store-error.ts";
import { Policy } from "./policy/policy.ts";
import { defaultPolicies, type PolicySettings } from "./policy/settings.ts";

/** The guards of a pipeline's dependencies. */
export interface Policies {
  readonly log: Policy;
  readonly state: Policy;
  /** Of the view of live values, which is not there in every pipeline. */
  readonly live: Policy;
  /** By the name of the sink. */
  readonly sinks: ReadonlyMap<string, Policy>;
}

/** How calls to a sink are guarded. */
export function sinkPolicy(sink: Sink, policies: PipelineOptions["policies"]): PolicySettings {
  return { ...(sink.policy ?? defaultPolicies.webhook), ...policies?.sinks?.[sink.name] };
}

/**
 * Codes of a log that was reached and works, but cannot do it just now: a transaction is being ended, a group is being balanced, a
 * partition or a coordinator moves to another broker. Such calls are made again, and say nothing against those that follow.
 */
const answers: ReadonlySet<string> = new Set([
  "concurrent-transactions",
  "rebalance-in-progress",
  "unknown-member-id",
  "illegal-generation",
  "not-coordinator-for-group",
  "group-coordinator-not-available",
  "group-load-in-progress",
  "unstable-offset-commit",
  "not-leader-for-partition",
  "leader-not-available",
  "fenced-leader-epoch",
  "unknown-leader-epoch",
  "offset-not-available",
]);

export function createPolicies({ host, observer, policies, sinks }: PipelineOptions): Policies {
  const create = (
    name: string,
    defaults: PolicySettings,
    given: Partial<PolicySettings> | undefined,
    isFailure: (error: unknown) => boolean,
    isRetriable: (error: unknown) => boolean,
  ): Policy => new Policy({ name, settings: { ...defaults, ...given }, host, observer, isFailure, isRetriable });
  return {
    log: create(
      "log",
      defaultPolicies.kafka,
      policies?.log,
      (error) => error instanceof LogError && error.kind !== "fenced" && !answers.has(error.code),
      (error) => error instanceof LogError && error.kind === "retriable",
    ),
    state: create(
      "state",
      defaultPolicies.redis,
      policies?.state,
      (error) => error instanceof StateStoreError && error.kind !== "fenced" && error.kind !== "mismatch",
      (error) => error instanceof StateStoreError && error.kind === "unavailable",
    ),
    live: create(
      "live",
      defaultPolicies.redis,
      policies?.live,
      () => true,
      () => true,
    ),
    sinks: new Map(
      (sinks ?? []).map((sink) => [
        sink.name,
        create(
          sink.name,
          sinkPolicy(sink, policies),
          undefined,
          (error) => error instanceof SinkError,
          (error) => error instanceof SinkError && error.retriable,
        ),
      ]),
    ),
  };
}
