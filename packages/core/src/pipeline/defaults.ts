import type { PipelineSettings } from "./contracts/pipeline.ts";

export const defaultSettings: PipelineSettings = {
  commitIntervalMs: 100,
  commitEvents: 5000,
  checkpointEvery: 1,
  checkpointMs: 1000,
  residentKeys: null,
  queueRecords: 20_000,
  queueBytes: 64 << 20,
  pollRecords: 2000,
  maxAheadMs: 3_600_000,
  maxCrashes: 3,
  onGap: "fail",
  onStateLost: "rebuild",
  idleMs: 30_000,
  maxBackoffMs: 30_000,
  transactionTimeoutMs: 60_000,
  releaseMs: 2000,
  partitionCheckMs: 15_000,
  carriedHeaders: ["correlation-id", "traceparent", "tracestate"],
};
