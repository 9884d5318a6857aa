import fc from "fast-check";
import { mostly, oneOf, prelude } from "./generate-events.ts";

interface StepParts {
  readonly kind: "step" | "not" | "all" | "any";
  readonly streams: readonly [string, string];
  readonly quantifier: string;
  readonly where: string;
  /** Which of the steps before its WHERE refers to. */
  readonly refersTo: number;
  readonly next: boolean;
  /** Leaves the stream out, where a FROM allows it. */
  readonly bare: boolean;
}

const stream = oneOf("a", "b", "c");

const stepParts: fc.Arbitrary<StepParts> = fc.record({
  kind: fc.oneof(
    { arbitrary: fc.constant("step" as const), weight: 7 },
    { arbitrary: fc.constantFrom("not" as const, "not" as const, "all" as const, "any" as const), weight: 3 },
  ),
  streams: fc.tuple(stream, stream),
  quantifier: mostly(
    fc.constant(""),
    oneOf("{2}", "+", "?", "*", "{2,}", "{1,2}", "{0,2}", "{2,3}", "{3}", "{0,}", "{2,2}", "{1,}"),
    1,
  ),
  where: mostly(
    fc.constant(""),
    oneOf(
      "x > 1",
      "ok",
      's = "p"',
      "x > EARLIER.x",
      "s != EARLIER.s",
      "x = EARLIER.x OR EARLIER.x IS NULL",
      "OWN.x IS NULL OR x > OWN.x",
      "big",
      "x <= 3",
      "NOT ok",
      "ts - EARLIER.ts <= 5s",
      "x > EARLIER.x AND ok",
      "v = EARLIER.v OR OWN.v = v",
      "x > limit OR STREAM_NAME() = 'a'",
    ),
    1,
  ),
  refersTo: fc.nat(3),
  next: mostly(fc.constant(false), fc.constant(true), 3),
  bare: mostly(fc.constant(false), fc.constant(true), 2),
});

const optionalQuantifiers: readonly string[] = ["?", "*", "{0,2}", "{0,}"];
const unbounded: readonly string[] = ["+", "*", "{2,}", "{0,}", "{1,}"];

interface Written {
  readonly text: string;
  readonly alias: string;
  readonly needsWithin: boolean;
}

/** How the steps of a sequence are written. */
interface Writing {
  /** Whether a FROM gives the streams of steps that name none. */
  readonly from: boolean;
  /** Whether each step has a BY of its own. */
  readonly keyed: boolean;
}

const keyOfStream: Readonly<Record<string, string>> = { a: " BY u", b: " BY s", c: " BY u" };

/** The steps as text, made valid: NOT is never first, NEXT never beside an optional step, one step must occur. */
function writeSteps(all: readonly StepParts[], { from, keyed }: Writing): readonly Written[] {
  let optionalBefore = true;
  const written: Written[] = [];
  const bound: string[] = [];
  const lastRequired = all.every(
    ({ kind, quantifier }) => kind === "not" || (kind === "step" && optionalQuantifiers.includes(quantifier)),
  );
  for (const [i, part] of all.entries()) {
    const kind = part.kind === "not" && i === 0 ? "step" : part.kind;
    const own = `s${i}`;
    const earlier = bound[part.refersTo % Math.max(1, bound.length)] ?? "s0";
    const where = (alias: string): string =>
      part.where === "" ? "" : ` WHERE ${part.where.replaceAll("EARLIER", earlier).replaceAll("OWN", alias)}`;
    const by = (of: string): string => (keyed ? (keyOfStream[of] ?? "") : "");
    const streams = part.bare && from && !keyed ? ["", ""] : part.streams;
    const [first = "", second = ""] = streams;
    const quantifier = lastRequired && i === 0 ? "" : part.quantifier;
    const optional = kind === "step" && optionalQuantifiers.includes(quantifier);
    const next = part.next && i > 0 && kind !== "not" && !optional && !optionalBefore ? "NEXT " : "";
    if (kind === "not") {
      written.push({ text: `NOT ${own}: ${first}${where(own)}${by(first)}`, alias: own, needsWithin: true });
      continue;
    }
    optionalBefore = optional;
    bound.push(own);
    if (kind === "step") {
      const needsWithin = unbounded.includes(quantifier);
      written.push({ text: `${next}${own}: ${first}${quantifier}${where(own)}${by(first)}`, alias: own, needsWithin });
      continue;
    }
    const other = `${own}b`;
    bound.push(other);
    const members = `${own}: ${first}${where(own)}${by(first)}, ${other}: ${second}${by(second)}`;
    written.push({ text: `${next}${kind === "all" ? "ALL" : "ANY"} OF (${members})`, alias: own, needsWithin: false });
  }
  return written;
}

/** Rule files of one or two sequences with every construct of §9. */
export const sequenceRules: fc.Arbitrary<string> = fc
  .tuple(
    prelude,
    fc.array(
      fc.record({
        by: mostly(oneOf("BY u", ""), oneOf("BY u, v", "BY LOWER(s) AS name", "of steps"), 2),
        ruleWhere: mostly(fc.constant(""), oneOf("WHERE x IS NOT NULL", "WHERE NOT ok"), 5),
        from: mostly(fc.constant(""), fc.constant("FROM a, b, c"), 4),
        steps: fc.array(stepParts, { minLength: 1, maxLength: 5 }),
        within: mostly(oneOf("WITHIN 10s", "WITHIN 20s", "WITHIN 5s", "WITHIN 1m", "WITHIN span"), fc.constant(""), 4),
        mode: mostly(
          fc.constant(""),
          oneOf("MATCH EACH", "MATCH LATEST", "MATCH ALL LIMIT 50", "MATCH ALL LIMIT 3"),
          1,
        ),
        when: mostly(
          fc.constant(""),
          oneOf(
            "WHEN LASTSTEP.x > 1 OR LASTSTEP.x IS NULL",
            "WHEN COUNT(s0) > 1",
            "WHEN x > 1",
            "WHEN SUM(s0.x) > limit",
            'WHEN s0.s = "p"',
          ),
          2,
        ),
        second: fc.option(fc.constant("WHEN s0.x < 3 EMIT INFO"), { nil: "", freq: 4 }),
        data: oneOf(
          "{ n: COUNT(s0), first: FIRST(s0.x), last: s0.x, end: ts, x, s }",
          "{ LASTSTEP: LASTSTEP.x, sum: SUM(s0.x), at: EVENT_TIME(), where: STREAM_NAME() }",
          "{ u, d: COUNT(DISTINCT s0.s), m: MAX(LASTSTEP.x), t: LASTSTEP.ts - s0.ts }",
        ),
        cooldown: fc.option(oneOf("COOLDOWN 5s", "COOLDOWN 2s PER s0.s"), { nil: "", freq: 4 }),
        expire: fc.option(oneOf("EXPIRE AFTER 5s", "EXPIRE AFTER 2s"), { nil: "", freq: 4 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  )
  .map(([declarations, rules]) => {
    const texts = rules.map((rule, i) => {
      // Every stream of a FROM needs a key: steps that bring their own do without one.
      const from = rule.by === "of steps" ? "" : rule.from;
      const steps = writeSteps(rule.steps, { from: from !== "", keyed: rule.by === "of steps" });
      const last = steps.at(-1)!.alias;
      const within = rule.within === "" && steps.some(({ needsWithin }) => needsWithin) ? "WITHIN 10s" : rule.within;
      const named = (text: string): string => text.replaceAll("LASTSTEP", last);
      const second = rule.when === "" ? "" : rule.second;
      return [
        `RULE q${i}`,
        from,
        rule.by === "of steps" ? "" : rule.by,
        rule.ruleWhere,
        `SEQUENCE ${steps.map(({ text }) => text).join("\n    THEN ")}`,
        within,
        rule.mode,
        `${named(rule.when)} EMIT LOW "{COUNT(s0)} {s0.s}" ${named(rule.data)}`.trim(),
        second,
        rule.cooldown,
        rule.expire,
      ]
        .filter((text) => text !== "")
        .join("\n  ");
    });
    return [declarations, ...texts].join("\n\n");
  });
