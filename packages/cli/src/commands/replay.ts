import { stat } from "node:fs/promises";
import {
  createEngine,
  type Engine,
  EngineOptionError,
  type EngineOptions,
  type EventData,
  fieldsRead,
  type Plan,
} from "@weir/core";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { EventFile } from "../replay/event-file.ts";
import { paramsOf, tablesOf } from "../replay/engine-options.ts";
import { Replay } from "../replay/replay.ts";
import { ReplayOutput } from "../replay/replay-output.ts";
import { recordedFor, whyQuestions } from "../replay/why-question.ts";
import { replayInWorkers } from "../replay/workers/replay-in-workers.ts";
import { compileRules } from "../rules/compile-rules.ts";
import type { Console } from "../terminal/console.ts";

export interface ReplayOptions {
  readonly json?: boolean;
  /** Epoch milliseconds. */
  readonly until?: number;
  readonly param?: readonly string[];
  readonly table?: readonly string[];
  /** Milliseconds. */
  readonly lateness?: number;
  readonly explain?: boolean;
  /** Questions why a rule did not fire: `RULE[:KEY][@TIME]`. */
  readonly why?: readonly string[];
  readonly strict?: boolean;
  readonly stream?: string;
  /** Threads that share the keys. */
  readonly workers?: number;
}

/** Runs rules over recorded events: `*.weir` are rules, other paths events. */
export async function replay(paths: readonly string[], options: ReplayOptions, console: Console): Promise<ExitCode> {
  const rules = paths.filter((path) => path.endsWith(".weir"));
  const events = paths.filter((path) => !path.endsWith(".weir"));
  if (rules.length === 0) {
    throw new CommandError(exitCode.usage, "there are no rules", "name at least one file that ends in .weir");
  }
  if (events.length === 0) {
    throw new CommandError(exitCode.usage, "there are no events", "name a file of events, or - for standard input");
  }
  if (events.filter((path) => path === "-").length > 1) {
    throw new CommandError(exitCode.usage, "standard input can be read only once");
  }
  const plan = await compileRules(rules, console);
  const tables = await tablesOf(options.table ?? []);

  if (options.workers !== undefined && options.workers > 1) {
    return replayByWorkers(plan, events, tables, { ...options, workers: options.workers }, console);
  }
  const questions = whyQuestions(options.why ?? [], plan);
  const explains = options.explain === true || questions.length > 0;
  // Explanations show whole events; else only what the rules look at has to be read.
  const fields = explains ? null : new Set([...fieldsRead(plan), "stream"]);
  const files = events.map((path, partition) => new EventFile(path, partition, options.stream ?? null, { fields }));
  const run = new Replay(plan, files, { ...options, questions }, await totalBytes(events), console);
  const engine = createChecked(plan, {
    params: paramsOf(plan, options.param ?? []),
    tables,
    partitions: files.length,
    now: () => Date.now(),
    explain: explains && recordedFor(questions, options.explain === true),
    ...(options.lateness === undefined ? {} : { lateness: options.lateness }),
    onSetAside: (aside) => run.setAside(aside),
  });
  return run.run(engine);
}

async function replayByWorkers(
  plan: Plan,
  events: readonly string[],
  tables: Readonly<Record<string, readonly EventData[]>>,
  options: ReplayOptions & { readonly workers: number },
  console: Console,
): Promise<ExitCode> {
  if (options.explain === true || options.why !== undefined) {
    throw new CommandError(exitCode.usage, "--workers goes with neither --explain nor --why", "ask without --workers");
  }
  return replayInWorkers(
    {
      plan,
      count: options.workers,
      paths: events,
      stream: options.stream ?? null,
      params: paramsOf(plan, options.param ?? []),
      tables,
      lateness: options.lateness ?? null,
      until: options.until ?? null,
      strict: options.strict === true,
    },
    await totalBytes(events),
    new ReplayOutput(plan, options, console),
  );
}

function createChecked(plan: Plan, options: EngineOptions): Engine {
  try {
    return createEngine(plan, options);
  } catch (error) {
    if (error instanceof EngineOptionError) throw new CommandError(exitCode.usage, error.message);
    throw error;
  }
}

/** Of all event files; `null` where that cannot be told. */
async function totalBytes(paths: readonly string[]): Promise<number | null> {
  let total = 0;
  for (const path of paths) {
    if (path === "-") return null;
    total += (await stat(path).catch(() => null))?.size ?? 0;
  }
  return total;
}
