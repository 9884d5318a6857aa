import type { Expr } from "@weir/dsl";
import { holds } from "./expressions.ts";
import type { Names, Scope, Seen } from "./scope.ts";
import type { GroupSpec, PlainSpec, SequenceSpec } from "./steps.ts";
import type { Value } from "./values.ts";

/** One partial match: plain data, never changed. */
export interface Run {
  /** The event that began it. */
  readonly first: Seen;
  /** Which of the runs of the rule it was, in the order in which they were made. */
  readonly made: number;
  /** The current step. */
  readonly at: number;
  /** What the current step bound: aliases, in order. */
  readonly taken: readonly string[];
  readonly bound: readonly { readonly alias: string; readonly event: Seen }[];
}

export interface Matching {
  readonly names: Names;
  readonly key: readonly Value[];
  readonly spec: SequenceSpec;
}

/** What one event does to a run. */
export type Outcome = "dies" | "stays" | { readonly run: Run; readonly waitedForNext: boolean };

/** A run that the event begins, optional first steps passed over. */
export function begin(matching: Matching, event: Seen, made: number): Run | null {
  const run: Run = { first: event, made, at: -1, taken: [], bound: [] };
  return enter(matching, run, event);
}

/** Rule 2 of a run: NOT, then the next step, then the current one, then THEN NEXT. */
export function offer(matching: Matching, run: Run, event: Seen): Outcome {
  const { positions } = matching.spec;
  const step = positions[run.at]!.step;
  const inGap = hasMinimum(step, run);
  const waitedForNext = inGap && positions[run.at + 1]?.step.next === true;
  if (inGap) {
    if (guards(matching.spec, run.at).some((not) => accepts(matching, run, not, event))) return "dies";
    const advanced = enter(matching, run, event);
    if (advanced !== null) return { run: advanced, waitedForNext };
  }
  const alias = takes(matching, run, step, run.taken, event);
  if (alias !== null) return { run: { ...bind(run, alias, event), taken: [...run.taken, alias] }, waitedForNext };
  return waitedForNext ? "dies" : "stays";
}

/** Whether every step has its minimum. */
export function isComplete(spec: SequenceSpec, run: Run): boolean {
  return (
    hasMinimum(spec.positions[run.at]!.step, run) &&
    spec.positions.slice(run.at + 1).every(({ step }) => step.min === 0)
  );
}

/** Whether the sequence ends with a NOT: complete runs then wait for the end of the WITHIN. */
export function endsWithNot(spec: SequenceSpec): boolean {
  return (spec.positions.at(-1)?.nots.length ?? 0) > 0;
}

/** What each alias of the sequence bound. */
export function boundOf(spec: SequenceSpec, run: Run): ReadonlyMap<string, readonly Seen[]> {
  const events = (alias: string): readonly Seen[] =>
    run.bound.filter((one) => one.alias === alias).map(({ event }) => event);
  return new Map([...spec.aliases].map((alias) => [alias, events(alias)]));
}

/** The first following step that accepts the event takes it; steps with minimum 0 may be passed over. */
function enter(matching: Matching, run: Run, event: Seen): Run | null {
  const { positions } = matching.spec;
  for (let at = run.at + 1; at < positions.length; at++) {
    const { step } = positions[at]!;
    const alias = takes(matching, run, step, [], event);
    if (alias !== null) return { ...bind(run, alias, event), at, taken: [alias] };
    if (step.min > 0) return null;
  }
  return null;
}

function bind(run: Run, alias: string, event: Seen): Run {
  return { ...run, bound: [...run.bound, { alias, event }] };
}

/** The NOTs that guard the gap behind a step: those before the next step that must occur. */
function guards({ positions }: SequenceSpec, at: number): readonly PlainSpec[] {
  const next = positions.findIndex(({ step }, i) => i > at && step.min > 0);
  return positions.slice(at, next < 0 ? undefined : next).flatMap(({ nots }) => nots);
}

/** Whether the step has bound all it needs. */
export function hasMinimum(step: PlainSpec | GroupSpec, run: Run): boolean {
  return run.taken.length >= (step.kind === "all" ? step.members.length : step.min);
}

/** The alias under which a step that has `taken` so far takes the event; NULL where it does not. */
function takes(
  matching: Matching,
  run: Run,
  step: PlainSpec | GroupSpec,
  taken: readonly string[],
  event: Seen,
): string | null {
  if (step.kind === "plain") return taken.length < step.max && accepts(matching, run, step, event) ? step.alias : null;
  const open =
    step.kind === "any" && taken.length > 0 ? [] : step.members.filter(({ alias }) => !taken.includes(alias));
  return open.find((member) => accepts(matching, run, member, event))?.alias ?? null;
}

function accepts({ names, key, spec }: Matching, run: Run, step: PlainSpec, event: Seen): boolean {
  if (!step.streams.has(event.stream)) return false;
  if (step.where === null) return true;
  const scope: Scope = {
    names,
    event,
    previous: null,
    key,
    keyed: new Map<Expr, number>(),
    bound: boundOf(spec, run),
    inStep: true,
  };
  return holds(step.where, scope);
}
