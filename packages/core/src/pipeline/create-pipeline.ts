import type { Pipeline, PipelineOptions } from "./contracts/pipeline.ts";
import { PipelineError } from "./contracts/pipeline-error.ts";
import { LogPipeline } from "./log/log-pipeline.ts";
import { SourcePipeline } from "./source/source-pipeline.ts";

/** Puts rules between an input and outputs; `start` runs them. Throws `PipelineError` (`options`) where the options do not fit. */
export function createPipeline(options: PipelineOptions): Pipeline {
  checkBound(options);
  return "log" in options.input ? new LogPipeline(options, options.input) : new SourcePipeline(options, options.input);
}

function checkBound({ engine, settings }: PipelineOptions): void {
  const residentKeys = settings?.residentKeys ?? null;
  if (residentKeys === null) return;
  if (!(Number.isInteger(residentKeys) && residentKeys >= 1)) {
    throw new PipelineError("options", `\`residentKeys\` is ${residentKeys}; it is a whole number, 1 or more`);
  }
  if (engine?.explain !== undefined && engine.explain !== false) {
    throw new PipelineError("options", "explanations look at all keys: they go without `residentKeys`", {
      hint: "leave out `explain` or `residentKeys`",
    });
  }
}
