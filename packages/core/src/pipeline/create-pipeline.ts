import { fieldsRead } from "../fields-read.ts";
import type { Decoder } from "./contracts/decoder.ts";
import type { PipelineObserver } from "./contracts/observer.ts";
import type { Pipeline, PipelineOptions } from "./contracts/pipeline.ts";
import { PipelineError } from "./contracts/pipeline-error.ts";
import { checkLive } from "./live/check-live.ts";
import { LogPipeline } from "./log/log-pipeline.ts";
import { SourcePipeline } from "./source/source-pipeline.ts";

/** Puts rules between an input and outputs; `start` runs them. Throws `PipelineError` (`options`) where the options do not fit. */
export function createPipeline(given: PipelineOptions): Pipeline {
  const options = { ...given, ...guarded(given.observer) };
  checkBound(options);
  checkLive(options);
  const { input } = options;
  const narrow = narrowerOf(options);
  if (!("log" in input)) return new SourcePipeline(options, { ...input, decoder: narrow(input.decoder) });
  const inputs = input.inputs.map(({ decoder, ...rest }) => ({ ...rest, decoder: narrow(decoder) }));
  return new LogPipeline(options, { ...input, inputs });
}

/** An observer that throws must not make what it was told of look undone: it would be done again. */
function guarded(observer: PipelineObserver | undefined): Pick<PipelineOptions, "observer"> {
  if (observer === undefined) return {};
  return {
    observer(event) {
      try {
        observer(event);
      } catch {
        // Whoever observes has to see to that.
      }
    },
  };
}

/** What no rule looks at need not be made of a record; explanations show whole events. */
function narrowerOf({ plan, engine }: PipelineOptions): (decoder: Decoder) => Decoder {
  const explains = engine?.explain !== undefined && engine.explain !== false;
  if (explains) return (decoder) => decoder;
  const fields = fieldsRead(plan);
  return (decoder) => decoder.narrow?.(fields) ?? decoder;
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
