import fc from "fast-check";
import type { Offered } from "./run-engine.ts";

/** A rule file, a recording and what the host says: one case to compare two evaluators on. */
export interface Case {
  readonly text: string;
  readonly events: Offered;
  readonly options: {
    readonly params?: Readonly<Record<string, unknown>>;
    readonly tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
    readonly lateness?: number;
    readonly until?: number;
  };
}

/** Chooses among texts; those that come first are what a failure shrinks to. */
export function oneOf(...texts: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...texts);
}

/** Nine times out of ten the first, else the second. */
export function mostly<T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>, times = 9): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: usual, weight: times }, { arbitrary: rare, weight: 1 });
}

/** Steps on a grid of seconds, so that times differ by the lengths of windows exactly. */
const seconds = fc.oneof(
  { arbitrary: fc.constantFrom(1, 0, 2), weight: 6 },
  { arbitrary: fc.constantFrom(3, 4, 5, 10), weight: 3 },
  { arbitrary: fc.constantFrom(20, 30), weight: 1 },
);

/** Milliseconds beside the grid. */
const beside = mostly(fc.constant(0), fc.oneof(fc.constantFrom(1, 999, 500), fc.nat(999)), 3);

const fields = fc.record({
  u: mostly(oneOf("p", "q", "r"), fc.constantFrom<unknown>(1, "1", true, null, ["p"]), 12),
  v: mostly(fc.constantFrom<unknown>(1, 2), fc.constantFrom<unknown>(null, "2")),
  x: mostly(fc.constantFrom<unknown>(1, 2, 3, 5, 8, 0, -4, 2.5, 0.25, 100), fc.constantFrom<unknown>(null, "3", true)),
  s: mostly(fc.constantFrom<unknown>("p", "q", "pq", "Q"), fc.constantFrom<unknown>(null, 7)),
  ok: mostly(fc.constantFrom<unknown>(true, false), fc.constantFrom<unknown>(null, 1)),
  lat: fc.constantFrom<unknown>(50, 50.5, 48, null),
  lon: fc.constantFrom<unknown>(8, 8.5, 2),
  d: mostly(
    fc.record({ n: fc.constantFrom<unknown>(1, "1", null), t: fc.constantFrom<unknown>(0, 5) }),
    fc.constantFrom<unknown>(null, 3),
  ),
  tags: mostly(fc.array(fc.constantFrom<unknown>("p", 1, null), { maxLength: 2 }), fc.constantFrom<unknown>(null, "p")),
});

const offered = fc.record({
  stream: oneOf("a", "b", "c"),
  seconds,
  beside,
  fields,
  behind: mostly(fc.constant(0), fc.constantFrom(1, 500, 1000, 2000, 2001, 3000), 7),
  form: mostly(fc.constant("number"), oneOf("text", "zoneless", "missing", "wrong"), 25),
});

const startMs = 1_700_000_000_000;

/** Recordings of 1 to `most` events over the streams a, b and c; some late, some without a usable time. */
export function recording(most: number): fc.Arbitrary<Offered> {
  return fc.array(offered, { minLength: 1, maxLength: most, size: "max" }).map((all) => {
    let grid = startMs;
    let time = startMs;
    return all.map(({ stream, seconds, beside, fields, behind, form }) => {
      grid += seconds * 1000;
      time = Math.max(time, grid + beside);
      const ts = time - behind;
      return { stream, event: { ...fields, ts: written(ts, form), sec: ts / 1000, us: ts * 1000 + 999 } };
    });
  });
}

/** An event time as a host may write it. */
function written(ts: number, form: string): unknown {
  const text = new Date(ts).toISOString();
  if (form === "text") return text;
  if (form === "zoneless") return text.slice(0, -1);
  return form === "missing" ? null : form === "wrong" ? "soon" : ts;
}

/** What the host gives: overrides, tables, lateness, a time to go on to. */
export const hostOptions: fc.Arbitrary<(events: Offered) => Case["options"]> = fc
  .record({
    limit: fc.option(fc.constantFrom(1, 3), { nil: undefined, freq: 3 }),
    span: fc.option(fc.constantFrom<unknown>(2000, "4s"), { nil: undefined, freq: 4 }),
    lateness: fc.option(fc.constantFrom(2000, 500), { nil: undefined, freq: 3 }),
    beyond: fc.option(fc.constantFrom(30_000, 1000, 9999, 10_000, 60_000, -5000), { nil: undefined }),
  })
  .map(({ limit, span, lateness, beyond }) => (events) => {
    const last = Math.max(
      startMs,
      ...events.flatMap(({ event }) => (typeof event["ts"] === "number" ? [event["ts"]] : [])),
    );
    return {
      tables: {
        vip: [
          { user: "p", tier: "gold", cap: 3 },
          { user: 1, tier: "low", cap: null },
        ],
      },
      params: { ...(limit === undefined ? {} : { limit }), ...(span === undefined ? {} : { span }) },
      ...(lateness === undefined ? {} : { lateness }),
      ...(beyond === undefined ? {} : { until: last + beyond }),
    };
  });

const declaredFields =
  "{ u?: STRING, v?: NUMBER, x?: NUMBER, s?: STRING, ok?: BOOLEAN, lat?: NUMBER, lon?: NUMBER, d?: { n?: NUMBER, t?: DURATION }, tags?: LIST, sec?: NUMBER, us?: NUMBER, nothing?: ANY }";

const declarations = `TABLE vip KEY user { tier?: STRING, cap?: NUMBER }
PARAM limit = 2
PARAM span = 3s
LET big = x > limit
LET total = SUM(x)
LET who = u`;

/** Declarations before the rules that say nothing of streams. */
export const plainPrelude: fc.Arbitrary<string> = fc.constant(declarations);

/** The declarations before the rules. */
export const prelude: fc.Arbitrary<string> = fc
  .record({
    a: fc.option(
      oneOf(
        "STREAM a TIME ts LATENESS 2s",
        `STREAM a ${declaredFields}`,
        `STREAM a ${declaredFields} LATENESS 1s AHEAD 30s`,
        "STREAM a AHEAD 15s",
      ),
      { nil: "", freq: 2 },
    ),
    b: fc.option(oneOf(`STREAM b ${declaredFields} TIME ts`, "STREAM b LATENESS 500ms"), { nil: "", freq: 3 }),
    c: fc.option(oneOf("STREAM c TIME sec IN SECONDS", "STREAM c TIME us IN MICROSECONDS"), { nil: "", freq: 3 }),
  })
  .map(({ a, b, c }) => [a, b, c, declarations].filter((line) => line !== "").join("\n"));
