import type { Pipeline, PipelineOptions } from "./contracts/pipeline.ts";
import { LogPipeline } from "./log/log-pipeline.ts";
import { SourcePipeline } from "./source/source-pipeline.ts";

/** Puts rules between an input and outputs; `start` runs them. Throws `PipelineError` (`options`) where the options do not fit. */
export function createPipeline(options: PipelineOptions): Pipeline {
  return "log" in options.input ? new LogPipeline(options, options.input) : new SourcePipeline(options, options.input);
}
