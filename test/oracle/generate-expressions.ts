import fc from "fast-check";
import { mostly, oneOf } from "./generate-events.ts";

/** Lengths that the gaps between events meet exactly. */
export const duration: fc.Arbitrary<string> = oneOf("2s", "1s", "5s", "10s", "span", "1500ms", "20s");

const smallNumber = oneOf("1", "2", "0", "3", "limit", "5", "2.5");
const comparison = oneOf(">", ">=", "<", "<=", "=", "!=");

/** Thresholds that no ratio of the numbers of events meets: two ways of rounding cannot fall on different sides. */
const oddNumber = oneOf("1.37", "2.713", "-0.519", "0.0173", "5.913");

function join(...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> {
  return fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
    .map((texts) => texts.join(""));
}

export const number: fc.Arbitrary<string> = mostly(
  oneOf("x", "v"),
  oneOf(
    "x + v",
    "(x - 1) * 2",
    "-x",
    "x / 2",
    "x % 3",
    "ABS(x)",
    "COALESCE(x, 0)",
    "IF(ok, x, v)",
    "CASE WHEN x > 2 THEN x WHEN ok THEN 1 END",
    "LEAST(x, v)",
    "ROUND(x)",
    "LENGTH(s)",
    "vip[u].cap",
    "d.n",
  ),
  2,
);

const simpleFact: fc.Arbitrary<string> = fc.oneof(
  join(number, " ", comparison, " ", smallNumber),
  oneOf('tags CONTAINS "p"', "tags[0] = 1", "d.n = 1", "d = d"),
  oneOf("ok", "ok = FALSE", 's = "p"', 's != "p"', "big", "x IS NULL", "u IS NOT NULL"),
  oneOf(
    's LIKE "p%"',
    's LIKE "_"',
    's MATCHES "^p+"',
    's CONTAINS "q"',
    's STARTS WITH "p"',
    'UPPER(s) ENDS WITH "Q"',
  ),
  oneOf(
    's IN ("p", "Q")',
    "x NOT IN (1, 2, NULL)",
    "x IN (1, 5)",
    "x BETWEEN 1 AND 3",
    "x NOT BETWEEN 2 AND 5",
    "u IN vip",
    "x > vip[u].cap",
  ),
  oneOf(
    'STREAM_NAME() = "a"',
    'EVENT_TIME() > TIME("2023-11-14T22:13:25Z")',
    "ts < TIME(1700000020000)",
    "MINUTE(ts) = 13",
  ),
);

/** Conditions about one event alone. */
export const fact: fc.Arbitrary<string> = mostly(
  simpleFact,
  fc.oneof(
    join("(", simpleFact, " OR ", simpleFact, ")"),
    join("(", simpleFact, " AND ", simpleFact, ")"),
    join("NOT (", simpleFact, ")"),
  ),
  4,
);

export interface AggregatePlace {
  /** Whether RATE has a window length to divide by. */
  readonly rate: boolean;
  /** Whether `COUNT(u)` would be read as the short form. */
  readonly short: boolean;
}

/** Aggregates that are exact however they are computed. */
export function exactAggregate({ short }: AggregatePlace): fc.Arbitrary<string> {
  const over = mostly(fc.constant(""), oneOf(" OVER 5s", " OVER 2s", " OVER span"), 5);
  const counted = fc.oneof(
    fc.constant(""),
    oneOf("x > 1", "ok = TRUE", 's = "p"'),
    short ? fc.constant("") : oneOf("x", "ok", "u"),
  );
  return mostly(
    fc.oneof(
      join("COUNT(", counted, ")", over),
      join(
        "COUNT(PRIOR",
        counted.map((e) => (e === "" ? "" : ` ${e}`)),
        ")",
        over,
      ),
      join("COUNT(DISTINCT ", oneOf("s", "x", "PRIOR x", "u", "ok", "d", "tags", "PRIOR s"), ")", over),
      join("SUM(", mostly(fc.constant("x"), oneOf("PRIOR x", "v", "x + v", "IF(ok, x, 0)"), 3), ")", over),
      join(
        oneOf("MIN", "MAX", "FIRST", "LAST", "MEDIAN"),
        "(",
        mostly(fc.constant("x"), oneOf("PRIOR x", "v", "x - v"), 3),
        ")",
        over,
      ),
    ),
    oneOf("total", "APPROX_DISTINCT(nothing)", "COUNT() OVER 2s + COUNT()", "2 * COUNT()"),
    12,
  );
}

/** Aggregates whose last digits depend on how they are computed. */
export function roundedAggregate({ rate }: AggregatePlace): fc.Arbitrary<string> {
  const over = mostly(fc.constant(""), oneOf(" OVER 5s", " OVER 10s"), 5);
  const names = oneOf("AVG", "STDDEV", "STDDEV_POP", "VARIANCE");
  return fc.oneof(
    join(names, "(", mostly(fc.constant("x"), oneOf("PRIOR x", "x * v"), 3), ")", over),
    join("PERCENTILE(x, ", oneOf("25", "90", "0", "100"), ")", over),
    rate ? oneOf("RATE()", "RATE() OVER 5s", "RATE(PRIOR)") : fc.constant("RATE() OVER 5s"),
  );
}

/** Conditions about the window. */
export function windowCondition(place: AggregatePlace, keyField: string | null): fc.Arbitrary<string> {
  const simple = fc.oneof(
    { arbitrary: join(exactAggregate(place), " ", comparison, " ", smallNumber), weight: 5 },
    { arbitrary: join(roundedAggregate(place), " ", oneOf(">", "<="), " ", oddNumber), weight: 2 },
    {
      arbitrary: oneOf(
        "COUNT() >= limit",
        "COUNT() = 0",
        "COUNT() BETWEEN 2 AND 3",
        'LAST(s) = "p"',
        'MIN(s) < "q"',
        "FIRST(x) IS NULL",
        "MAX(x) IN (3, 5, 8)",
      ),
      weight: 2,
    },
    {
      arbitrary: place.short
        ? oneOf("COUNT(u) > 1", "COUNT(u) >= limit", "COUNT(who) = 2", "COUNT(PRIOR u) > 0", "COUNT(u) OVER 2s > 1")
        : fc.constant("COUNT(u) > 1"),
      weight: 2,
    },
    { arbitrary: fc.constant(keyField === null ? "COUNT() > 1" : `${keyField} != "q" AND COUNT() > 1`), weight: 1 },
  );
  return mostly(
    simple,
    fc.oneof(
      join("(", simple, " AND ", simple, ")"),
      join("(", simple, " OR ", simple, ")"),
      join("NOT (", simple, ")"),
    ),
    4,
  );
}

/** Conditions about the event. */
export function eventCondition(place: AggregatePlace): fc.Arbitrary<string> {
  return fc.oneof(
    join("x > 1 AND ", windowCondition(place, null)),
    join(fact, " AND ", windowCondition(place, null)),
    oneOf(
      "x > PREV(x)",
      "x > AVG(PRIOR x) + 1.37 * STDDEV(PRIOR x)",
      "ELAPSED() < 2s",
      "ELAPSED() IS NULL OR SECONDS(ELAPSED()) >= 3",
      "ZSCORE(x) > 1.37",
      "ZSCORE(x) OVER 5s < 0.519",
      "SPEED_KMH(lat, lon) > 1000",
      "PREV(s) = s",
      "ts - PREV(ts) > 1s",
      "x > 2 * SUM(PRIOR x)",
      "PREV(x + v) IS NOT NULL",
    ),
  );
}

/** What an alert says beside its key: fields of the event, aggregates, what came before. */
export function datum(place: AggregatePlace): fc.Arbitrary<string> {
  return fc.oneof(
    exactAggregate({ ...place, short: false }),
    roundedAggregate(place),
    number,
    oneOf(
      "s",
      "u",
      "ts",
      "ok",
      "nothing",
      "PREV(x)",
      "ELAPSED()",
      "EVENT_TIME()",
      "STREAM_NAME()",
      "limit",
      "span",
      "vip[u].tier",
      "x / 0",
      "COUNT() > 1",
      "who",
      "big",
    ),
    oneOf(
      "ZSCORE(x)",
      "SPEED_KMH(lat, lon)",
      "ts - PREV(ts)",
      "CONCAT(s, x)",
      'SPLIT(s, "q")',
      'COALESCE(PREV(s), "none")',
      "ELAPSED() * 2",
    ),
  );
}
