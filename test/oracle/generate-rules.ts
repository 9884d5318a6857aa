import { compile } from "@weir/dsl";
import fc from "fast-check";
import { type Case, hostOptions, mostly, oneOf, plainPrelude, prelude, recording } from "./generate-events.ts";
import { type AggregatePlace, datum, duration, eventCondition, fact, windowCondition } from "./generate-expressions.ts";

interface WindowShape {
  readonly clause: fc.Arbitrary<string>;
  /** Evaluated by the clock: no condition about the event. */
  readonly clock: boolean;
  readonly session: boolean;
  readonly rate: boolean;
  /** Whether WHEN may be left out behind it. */
  readonly bare: boolean;
}

const slid = { clock: false, session: false, rate: true, bare: true };
const windows: readonly WindowShape[] = [
  { ...slid, clause: duration.map((d) => `WITHIN ${d}`) },
  {
    ...slid,
    clause: oneOf(
      "WITHIN 5s PRECISION 2s",
      "WITHIN 3s PRECISION 1s",
      "WITHIN 10s PRECISION 4s",
      "WITHIN 2s PRECISION 2s",
      "WITHIN span PRECISION 1ms",
    ),
  },
  { ...slid, rate: false, clause: oneOf("LAST 2 EVENTS", "LAST 1 EVENTS", "LAST 3 EVENTS", "LAST 10 EVENTS") },
  {
    ...slid,
    clock: true,
    clause: oneOf("EVERY 5s", "EVERY 2s", "EVERY span", "EVERY 10s OFFSET 3s", "EVERY 2s OFFSET 500ms"),
  },
  {
    ...slid,
    clock: true,
    clause: oneOf(
      "WITHIN 5s EVERY 2s",
      "WITHIN 10s EVERY 5s",
      "WITHIN span EVERY 1s",
      "WITHIN 4s EVERY 2s OFFSET 1s",
      "WITHIN 2s EVERY 5s",
    ),
  },
  {
    ...slid,
    rate: false,
    clock: true,
    session: true,
    clause: oneOf("SESSION 2s", "SESSION 1s", "SESSION 3s MAX 5s", "SESSION 5s MAX 10s", "SESSION span MAX 2s"),
  },
  { ...slid, rate: false, bare: false, clause: fc.constant("") },
];

interface KeyShape {
  readonly clause: string;
  /** A BY expression that may stand in a condition about the window. */
  readonly field: string | null;
}

const keys: readonly KeyShape[] = [
  { clause: "BY u", field: "u" },
  { clause: "", field: null },
  { clause: "BY u, v", field: "u" },
  { clause: "BY LOWER(s) AS name, v + 1", field: null },
  { clause: "BY x", field: null },
  { clause: "BY d.n, ok", field: null },
];

const severity = oneOf("LOW", "HIGH", "INFO", "CRITICAL", "MEDIUM");

interface EmitParts {
  readonly severity: string;
  readonly message: string | undefined;
  readonly data: readonly string[];
}

function emitParts(place: AggregatePlace): fc.Arbitrary<EmitParts> {
  return fc.record({
    severity,
    message: fc.option(oneOf("{u} did {COUNT()}", "{x / 3} {s} {{{nothing}}}", "{ts} {ELAPSED()} {span} {SUM(x)}"), {
      nil: undefined,
      freq: 3,
    }),
    data: fc.array(datum(place), { maxLength: 4 }),
  });
}

/** `EMIT …`; data are named d0, d1 … */
export function emitText({ severity, message, data }: EmitParts, each = false): string {
  const texts = ["EMIT", each ? "EACH" : "", severity, message === undefined ? "" : JSON.stringify(message)];
  if (data.length > 0) texts.push(`{ ${data.map((value, i) => `d${i}: ${value}`).join(", ")} }`);
  return texts.filter((text) => text !== "").join(" ");
}

/** `WHEN … EMIT …`, with all that its condition allows. */
function branch(window: WindowShape, key: KeyShape): fc.Arbitrary<string> {
  const place = { rate: window.rate, short: key.clause === "" };
  const about = fc.record({
    condition: windowCondition(place, key.field),
    emit: emitParts(place),
    how: window.session
      ? oneOf("", "EACH")
      : oneOf("", "RESOLVE", "EACH", "FOR 2s", "FOR 5s", "FOR 1s RESOLVE", "EACH RESOLVE"),
  });
  const ofWindow = about.map(({ condition, emit, how }) => {
    const [, wait] = /FOR (\S+)/.exec(how) ?? [];
    const text = emitText(emit, how.startsWith("EACH"));
    return `WHEN ${condition}${wait === undefined ? "" : ` FOR ${wait}`} ${text}${how.endsWith("RESOLVE") ? " AND RESOLVE" : ""}`;
  });
  if (window.clock) return ofWindow;
  const ofEvent = fc.record({
    condition: eventCondition(place),
    emit: emitParts(place),
    each: mostly(fc.constant(false), fc.constant(true)),
  });
  return mostly(
    ofWindow,
    ofEvent.map(({ condition, emit, each }) => `WHEN ${condition} ${emitText(emit, each)}`),
    2,
  );
}

function branches(window: WindowShape, key: KeyShape): fc.Arbitrary<string> {
  const place = { rate: window.rate, short: false };
  const some = fc.array(branch(window, key), { minLength: 1, maxLength: 3 }).map((all) => all.join("\n  "));
  const bare = some.map((text) => (window.bare ? text.replace(/^WHEN /, "") : text));
  return fc.oneof(
    { arbitrary: some, weight: 8 },
    { arbitrary: bare, weight: 1 },
    { arbitrary: emitParts(place).map((emit) => emitText(emit)), weight: 1 },
  );
}

const optional = (text: fc.Arbitrary<string>, freq = 3): fc.Arbitrary<string> => fc.option(text, { nil: "", freq });

function ruleBody(window: WindowShape, key: KeyShape): fc.Arbitrary<string> {
  return fc
    .record({
      from: fc.option(oneOf("FROM a", "FROM b", "FROM a, b"), { nil: "" }),
      where: optional(
        fact.map((condition) => `WHERE ${condition}`),
        2,
      ),
      window: window.clause,
      branches: branches(window, key),
      cooldown: optional(
        oneOf("COOLDOWN 2s", "COOLDOWN 10s", "COOLDOWN span", "COOLDOWN 5s PER s", "COOLDOWN 5s PER x"),
        2,
      ),
      expire: optional(oneOf("EXPIRE AFTER 5s", "EXPIRE AFTER 2s", "EXPIRE AFTER 10s", "EXPIRE AFTER span"), 2),
    })
    .map(({ from, where, window, branches, cooldown, expire }) =>
      [from, where, key.clause, window, branches, cooldown, expire].filter((text) => text !== "").join("\n  "),
    );
}

const bodiesBy = (chosen: readonly KeyShape[]): readonly fc.Arbitrary<string>[] =>
  windows.flatMap((window) => chosen.map((key) => ruleBody(window, key)));

function filesOf(declarations: fc.Arbitrary<string>, bodies: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc
    .tuple(declarations, fc.array(fc.oneof(...bodies), { minLength: 1, maxLength: 3 }))
    .map(([declared, rules]) => [declared, ...rules.map((body, i) => `RULE r${i}\n  ${body}`)].join("\n\n"));
}

/** Rule files without sequences: one to three rules, every window, key and kind of branch. */
export const windowRules: fc.Arbitrary<string> = filesOf(prelude, bodiesBy(keys));

/** Such files whose rules are all keyed by `u`. */
export const rulesByUser: fc.Arbitrary<string> = filesOf(
  prelude,
  bodiesBy(keys.filter(({ clause }) => clause.startsWith("BY u"))),
);

/** Such files that declare no stream: the host says how late events may come. */
export const rulesOfAnyLateness: fc.Arbitrary<string> = filesOf(plainPrelude, bodiesBy(keys));

/** Rules whose alerts are events of other rules. */
export const chainedRules: fc.Arbitrary<string> = fc
  .record({
    declarations: prelude,
    first: oneOf(
      "FROM a BY u WITHIN 5s WHEN COUNT() >= 2 EMIT LOW { n: COUNT(), x } INTO hot AND RESOLVE",
      "FROM a, b EMIT EACH0 INFO { x, s } INTO hot",
      "FROM a BY u EVERY 5s EMIT LOW { n: COUNT(), x: SUM(x) } INTO hot",
      "BY u SESSION 2s EMIT LOW { n: COUNT(), x: MAX(x) } INTO hot COOLDOWN 10s",
      "BY u WITHIN 5s WHEN COUNT() >= 1 FOR 2s EMIT MEDIUM { n: COUNT(), x: LAST(x) } INTO hot",
      "BY u SEQUENCE a THEN b WITHIN 5s EMIT LOW { n: 1, x: a.x } INTO hot",
      "BY u SEQUENCE a THEN NOT b WITHIN 5s EMIT LOW { n: 1, x: a.x } INTO hot",
    ).map((text) => text.replace("EMIT EACH0", "EMIT")),
    second: oneOf(
      "FROM hot EMIT HIGH { x } INTO hotter",
      "FROM hot WITHIN 10s WHEN COUNT() > 1 EMIT HIGH { x: SUM(x) } INTO hotter AND RESOLVE",
      "FROM hot, a EVERY 5s EMIT HIGH { x: COUNT(), m: MAX(x) } INTO hotter",
      "SEQUENCE h: hot THEN b WITHIN 10s EMIT HIGH { x: h.x } INTO hotter",
      "FROM hot WHERE x > 1 BY u LAST 2 EVENTS WHEN COUNT() = 2 EMIT HIGH { x: PREV(x) } INTO hotter COOLDOWN 5s",
    ),
    third: oneOf(
      "FROM hotter EMIT CRITICAL { x, ts }",
      "FROM hotter, hot WITHIN 5s WHEN COUNT() > 1 EMIT CRITICAL { n: COUNT(), s: STREAM_NAME() }",
      "WHEN COUNT() = 3 EMIT INFO",
    ),
    turned: fc.boolean(),
  })
  .map(({ declarations, first, second, third, turned }) => {
    const rules = [`RULE one ${first}`, `RULE two ${second}`, `RULE three ${third}`];
    return [declarations, ...(turned ? rules.reverse() : rules)].join("\n\n");
  });

/** Cases from rule texts. */
export function casesOf(text: fc.Arbitrary<string>, most = 40): fc.Arbitrary<Case> {
  return fc
    .record({ text: text.filter(isValid), events: recording(most), options: hostOptions })
    .map(({ text, events, options }) => ({ text, events, options: options(events) }));
}

/** The checker refuses a few of the generated rules: types meet in them that can never be equal. */
function isValid(text: string): boolean {
  return compile(text).ok;
}
