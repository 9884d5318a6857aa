export { createPipelineMetrics, type PipelineMetrics, type PipelineMetricsOptions } from "./pipeline-metrics.ts";
