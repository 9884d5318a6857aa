import { type FieldPlan, fieldsRead, type Plan, type StreamPlan } from "@weir/core";
import fc from "fast-check";
import { hintsOf, type PlanHints } from "./plan-hints.ts";
import type { Offered } from "./replay.ts";

export interface EventsOptions {
  /** Most events. Default 40. */
  readonly maxEvents?: number;
  /** How many different values a text field has besides those that the rules name: few, so that keys come again. Default 3. */
  readonly variety?: number;
  /** How far behind the newest an event may come, in milliseconds. Default 0: in order of time. */
  readonly disorderMs?: number;
  /** Event time of the first, epoch milliseconds. */
  readonly startMs?: number;
}

/**
 * Random events for a plan, of the streams that its rules read and of the types that the streams declare; a field that is
 * declared nowhere is of any type. Values are near the constants of the rules, gaps in time near their lengths, met to the
 * millisecond, one less and one more; several events share an instant; optional fields are missing at times.
 */
export function randomEvents(plan: Plan, options: EventsOptions = {}): fc.Arbitrary<readonly Offered[]> {
  const { maxEvents = 40, variety = 3, disorderMs = 0, startMs = Date.UTC(2026, 0, 1) } = options;
  const hints = hintsOf(plan);
  const step = fc.oneof(...streamsOf(plan).map((stream) => stepOf(stream, plan, hints, variety)));
  const timed = fc.record({ step, gap: gapOf(hints), behind: disorderMs === 0 ? fc.constant(0) : fc.nat(disorderMs) });
  return fc.array(timed, { maxLength: maxEvents }).map((steps) => {
    let newest = startMs;
    return steps.map(({ step: { stream, event }, gap, behind }): Offered => {
      newest += gap;
      return { stream: stream.name, event: withTime(event, stream.time, newest - behind) };
    });
  });
}

type NamedStream = Pick<StreamPlan, "name" | "fields" | "time">;

interface Step {
  readonly stream: NamedStream;
  readonly event: Readonly<Record<string, unknown>>;
}

/** The streams that rules read and none writes; where no rule names one, those that are declared. */
function streamsOf(plan: Plan): readonly NamedStream[] {
  const written = new Set(plan.rules.flatMap(({ branches }) => branches.flatMap(({ into }) => into ?? [])));
  const read = plan.rules.flatMap(({ from, sequence }) => [
    ...(from ?? []),
    ...(sequence?.steps ?? [])
      .flatMap((step) => (step.kind === "group" ? step.members : [step]))
      .flatMap(({ streams }) => streams),
  ]);
  const declared = plan.streams.map(({ name }) => name);
  const names = [...new Set([...read, ...(read.length === 0 ? declared : [])])].filter((name) => !written.has(name));
  return (names.length === 0 ? ["events"] : names).map(
    (name) => plan.streams.find((stream) => stream.name === name) ?? { name, fields: null, time: null },
  );
}

function stepOf(stream: NamedStream, plan: Plan, hints: PlanHints, variety: number): fc.Arbitrary<Step> {
  const fields = stream.fields ?? undeclared(plan, stream);
  return recordOf(fields, hints, variety).map((event) => ({ stream, event }));
}

/** Fields that rules read and no stream declares. */
function undeclared(plan: Plan, stream: NamedStream): readonly FieldPlan[] {
  const times = new Set([
    "ts",
    "timestamp",
    "@timestamp",
    "time",
    stream.time?.kind === "field" ? stream.time.field : "",
  ]);
  return [...fieldsRead(plan)]
    .filter((name) => !times.has(name))
    .map((name): FieldPlan => ({ name, type: "ANY", optional: true }));
}

function recordOf(
  fields: readonly FieldPlan[],
  hints: PlanHints,
  variety: number,
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const required = fields.filter(({ optional }) => !optional).map(({ name }) => name);
  const model = Object.fromEntries(fields.map((field) => [field.name, valueOf(field, hints, variety)]));
  return fc.record(model, { requiredKeys: required, noNullPrototype: true });
}

function valueOf(field: FieldPlan, hints: PlanHints, variety: number): fc.Arbitrary<unknown> {
  const text = fc.constantFrom(...Array.from({ length: variety }, (_, i) => `${field.name}${i + 1}`), ...hints.texts);
  const near = hints.numbers.flatMap((n) => [n - 1, n, n + 1]);
  const number = fc.oneof(fc.constantFrom(0, 1, 2, 3, ...near), fc.integer({ min: -10, max: 100 }));
  const span = fc.constantFrom(0, 1, ...hints.spansMs);
  switch (field.type) {
    case "STRING":
      return text;
    case "NUMBER":
      return number;
    case "BOOLEAN":
      return fc.boolean();
    case "TIME":
      return fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 0, 2) });
    case "DURATION":
      return span;
    case "LIST":
      return fc.array(fc.oneof(text, number), { maxLength: 3 });
    case "OBJECT":
      return recordOf(field.fields ?? [], hints, variety);
    case "ANY":
      return fc.oneof(
        { arbitrary: text, weight: 4 },
        { arbitrary: number, weight: 4 },
        fc.boolean(),
        fc.constant(null),
      );
  }
}

function gapOf({ spansMs }: PlanHints): fc.Arbitrary<number> {
  const edges = spansMs.flatMap((span) => [span - 1, span, span + 1, Math.floor(span / 2)]).filter((ms) => ms >= 0);
  return fc.oneof(
    { arbitrary: fc.constantFrom(0, 1, 1000), weight: 8 },
    { arbitrary: fc.constantFrom(0, ...edges), weight: 3 },
    { arbitrary: fc.nat(5000), weight: 1 },
  );
}

const perMs = { MILLISECONDS: 1, SECONDS: 0.001, MICROSECONDS: 1000 } as const;

function withTime(
  event: Readonly<Record<string, unknown>>,
  time: StreamPlan["time"],
  ms: number,
): Readonly<Record<string, unknown>> {
  if (time?.kind === "arrival") return event;
  return time === null ? { ...event, ts: ms } : { ...event, [time.field]: ms * perMs[time.unit] };
}
