import type { BreakerState, Counts, PipelineEvent, PipelineObserver, PipelineStatus } from "@weir/core";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface PipelineMetrics {
  /** To be given to a pipeline. */
  readonly observer: PipelineObserver;
  /** Where lag, keys and phases are read when somebody asks for the metrics. */
  watch(status: () => PipelineStatus): void;
  /** All metrics in Prometheus's text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface PipelineMetricsOptions {
  /** Labels of every metric. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Where to register; default a registry of its own. */
  readonly registry?: Registry;
  /** The clock, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number;
}

const latencySeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const breakerValues: Readonly<Record<BreakerState, number>> = { closed: 0, "half-open": 1, open: 2 };

/** Metrics of a pipeline, told from its events. */
export function createPipelineMetrics(options: PipelineMetricsOptions = {}): PipelineMetrics {
  const registry = options.registry ?? new Registry();
  if (options.labels !== undefined) registry.setDefaultLabels({ ...options.labels });
  const metrics = metricsIn(registry);
  const now = options.now ?? Date.now;
  let status: (() => PipelineStatus) | null = null;
  return {
    observer: (event) => observe(metrics, event, now),
    watch: (read) => {
      status = read;
    },
    text: () => {
      if (status !== null) readStatus(metrics, status());
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

type Metrics = ReturnType<typeof metricsIn>;

function metricsIn(registry: Registry) {
  const common = { registers: [registry] };
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> =>
    new Counter({ ...common, name: `weir_${name}`, help, labelNames });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> =>
    new Gauge({ ...common, name: `weir_${name}`, help, labelNames });
  const histogram = <L extends string>(name: string, help: string, labelNames: readonly L[]): Histogram<L> =>
    new Histogram({ ...common, name: `weir_${name}`, help, labelNames, buckets: latencySeconds });
  return {
    events: counter("events_total", "Events of committed batches, by what became of them", ["outcome"]),
    alerts: counter("alerts_total", "Alerts, firing and resolved", ["rule", "severity", "status"]),
    deadLetters: counter("dead_letters_total", "Records that could not be processed", ["topic", "code"]),
    endToEnd: histogram("end_to_end_seconds", "From the append of a record to the alert that it made", []),
    commit: histogram("commit_seconds", "Time of a commit", []),
    lag: gauge("lag_records", "Records behind the end of the input", ["task"]),
    stateBytes: counter("state_bytes_written_total", "Bytes of state sent to the store", []),
    stateChanges: counter("state_entries_written_total", "Entries of state written or deleted", []),
    keys: gauge("state_keys", "Keys with live state, in memory", ["task"]),
    heldKeys: gauge("state_keys_held", "Keys in memory that residentKeys cannot let go", ["task"]),
    keysRead: counter("state_keys_read_total", "Keys looked up in the store before their events", ["outcome"]),
    tableRows: gauge("table_rows", "Rows of a lookup table", ["table"]),
    tableReadAt: gauge("table_read_seconds", "When the rows of a lookup table were read last, epoch seconds", [
      "table",
    ]),
    tableFailures: counter("table_failures_total", "Times that a lookup table could not be read anew", ["table"]),
    keysLeft: counter("state_keys_left_total", "Keys that left memory", []),
    keysExpired: counter(
      "state_keys_expired_total",
      "Keys that left memory, never came back and went from the store",
      [],
    ),
    clock: gauge("clock_seconds", "The event time that a task has reached, epoch seconds", ["task"]),
    queued: gauge("queued_records", "Records that wait for evaluation", ["task"]),
    phase: gauge("task_phase", "1 for the phase that a task is in", ["task", "phase"]),
    retries: counter("retries_total", "Calls of a dependency that were tried again", ["dependency"]),
    breaker: gauge("breaker_state", "Circuit breaker: 0 closed, 1 half open, 2 open", ["dependency"]),
    delivered: counter("sink_alerts_total", "Alerts handed to a sink, by outcome", ["sink", "outcome"]),
    gaps: counter("gap_records_total", "Records that the log no longer had", ["topic"]),
  };
}

function observe(metrics: Metrics, event: PipelineEvent, now: () => number): void {
  switch (event.kind) {
    case "alert": {
      const { rule, severity, status: said, appendedAt } = event;
      metrics.alerts.inc({ rule, severity, status: said });
      if (appendedAt !== null) metrics.endToEnd.observe(Math.max(0, now() - appendedAt) / 1000);
      return;
    }
    case "dead-letter":
      metrics.deadLetters.inc({ topic: event.topic, code: event.code });
      return;
    case "committed":
      countEvents(metrics, event.counts);
      metrics.lag.set({ task: event.task }, event.lag);
      metrics.commit.observe(event.ms / 1000);
      metrics.stateBytes.inc(event.stateBytes);
      metrics.stateChanges.inc(event.upserts + event.deletes);
      return;
    case "table-read":
      metrics.tableRows.set({ table: event.table }, event.rows);
      metrics.tableReadAt.set({ table: event.table }, now() / 1000);
      return;
    case "table-failed":
      metrics.tableFailures.inc({ table: event.table });
      return;
    case "keys-read":
      metrics.keysRead.inc({ outcome: "found" }, event.found);
      metrics.keysRead.inc({ outcome: "new" }, event.asked - event.found);
      return;
    case "keys-left":
      metrics.keysLeft.inc(event.keys);
      return;
    case "keys-swept":
      metrics.keysExpired.inc(event.gone);
      return;
    case "retry":
      metrics.retries.inc({ dependency: event.dependency });
      return;
    case "breaker":
      metrics.breaker.set({ dependency: event.dependency }, breakerValues[event.state]);
      return;
    case "delivered":
      metrics.delivered.inc({ sink: event.sink, outcome: "delivered" }, event.alerts);
      metrics.delivered.inc({ sink: event.sink, outcome: "refused" }, event.refused);
      return;
    case "gap":
      metrics.gaps.inc({ topic: event.topic }, event.to - event.from);
      return;
    default:
  }
}

function countEvents({ events }: Metrics, counts: Counts): void {
  events.inc({ outcome: "processed" }, counts.processed);
  events.inc({ outcome: "late" }, counts.late);
  events.inc({ outcome: "dead_letter" }, counts.deadLetters);
  events.inc({ outcome: "skipped" }, counts.skipped);
}

function readStatus(metrics: Metrics, { tasks, dependencies }: PipelineStatus): void {
  // A task that went to another process must not be shown as it was.
  for (const gauge of [metrics.keys, metrics.heldKeys, metrics.clock, metrics.queued, metrics.phase]) gauge.reset();
  for (const { task, keys, heldKeys, clock, queued, phase } of tasks) {
    metrics.keys.set({ task }, keys);
    metrics.heldKeys.set({ task }, heldKeys);
    metrics.queued.set({ task }, queued);
    metrics.phase.set({ task, phase }, 1);
    if (clock !== null) metrics.clock.set({ task }, clock / 1000);
  }
  for (const { name, breaker } of dependencies) metrics.breaker.set({ dependency: name }, breakerValues[breaker]);
}
