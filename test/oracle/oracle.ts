import { parse, type SourceFile } from "@weir/dsl";
import { advanceTo, countPending, processEvent } from "./clock.ts";
import { type Accepted, type OfferedEvent, readEvent } from "./intake.ts";
import { type HostNames, readFile, type File } from "./names.ts";
import { readRule } from "./rules.ts";
import { hasMinimum } from "./runs.ts";
import { toJson } from "./values.ts";
import type { Counts, OracleAlert, RuleState, Watch, World } from "./world.ts";

export type { Counts, OfferedEvent, OracleAlert };

export interface OracleOptions extends HostNames {
  /** Moves the clock on at the end, epoch milliseconds. */
  readonly until?: number | undefined;
  /** Where no stream of the file declares one. */
  readonly lateness?: number | undefined;
  readonly watch?: Watch;
}

export interface OracleResult {
  readonly alerts: readonly OracleAlert[];
  readonly counts: Readonly<Counts>;
  /** The runs that live at the end. */
  readonly partialMatches: readonly LiveRun[];
}

export interface LiveRun {
  readonly rule: string;
  readonly key: readonly unknown[];
  readonly startedAt: number;
  /** Steps that have all they need. */
  readonly done: number;
}

/**
 * The reference evaluator: what the rules of a text say of a recording, by the words of the language page.
 *
 * It keeps every event, recomputes every window and aggregate from all of them, and shares no code with the engine or the compiler
 * but the parser. Clear rather than fast; rules must be valid.
 */
export function evaluateRules(
  text: string,
  events: readonly OfferedEvent[],
  options: OracleOptions = {},
): OracleResult {
  const source = parse(text).file;
  const file = readFile(source, options);
  const world = createWorld(file, source, options.watch ?? {});
  for (const event of takeIn(world, events, options.lateness)) {
    advanceTo(world, event.ts);
    processEvent(world, event);
  }
  if (options.until !== undefined) advanceTo(world, options.until);
  world.counts.pending = countPending(world);
  return { alerts: world.alerts, counts: world.counts, partialMatches: world.rules.flatMap(liveRuns) };
}

function liveRuns({ rule, keys }: RuleState): readonly LiveRun[] {
  const { sequence } = rule;
  if (sequence === null) return [];
  return [...keys.values()].flatMap(({ key, runs }) =>
    runs.map((run) => ({
      rule: rule.name,
      key: key.map(toJson),
      startedAt: run.first.ts,
      done: run.at + (hasMinimum(sequence.positions[run.at]!.step, run) ? 1 : 0),
    })),
  );
}

function createWorld(file: File, source: SourceFile, watch: Watch): World {
  const decls = source.declarations.filter((decl) => decl.kind === "rule");
  const rules = decls.map(
    (decl, i): RuleState => ({
      rule: readRule(file, decl, i + 1),
      keys: new Map(),
      cooldowns: new Map(),
      runsMade: 0,
    }),
  );
  return {
    file,
    rules,
    derivedStreams: new Set(rules.flatMap(({ rule }) => rule.branches.flatMap(({ into }) => into ?? []))),
    alerts: [],
    counts: { events: 0, late: 0, bad: 0, missingKey: 0, typeMismatch: 0, limited: 0, suppressed: 0, pending: 0 },
    watch,
    derived: [],
    now: -Infinity,
    processed: 0,
  };
}

/**
 * The events that are processed, in the order (event time, arrival); bad and late ones are counted.
 *
 * Waiting for the watermark changes nothing but when this order is known, so it is found ahead of everything else.
 */
function takeIn(world: World, events: readonly OfferedEvent[], lateness: number | undefined): readonly Accepted[] {
  const { file, counts } = world;
  const declared = [...file.streams.values()].flatMap((stream) =>
    stream.lateness === undefined ? [] : [file.millis(stream.lateness)],
  );
  const latenessMs = declared.length > 0 ? Math.max(...declared) : (lateness ?? 0);
  const accepted: Accepted[] = [];
  let watermark = -Infinity;
  for (const event of events) {
    counts.events++;
    let mismatches = 0;
    const read = readEvent(file, event, () => mismatches++);
    const ahead = file.streams.get(event.stream)?.ahead;
    if (read === null || (ahead !== undefined && read.ts > watermark + file.millis(ahead) && watermark > -Infinity)) {
      counts.bad++;
      continue;
    }
    counts.typeMismatch += mismatches;
    if (read.ts < watermark) {
      counts.late++;
      continue;
    }
    watermark = Math.max(watermark, read.ts - latenessMs);
    accepted.push(read);
  }
  return accepted.sort((a, b) => a.ts - b.ts);
}
