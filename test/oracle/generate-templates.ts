import fc from "fast-check";
import { mostly, oneOf, prelude } from "./generate-events.ts";
import { fact } from "./generate-expressions.ts";
import { fileText } from "./file-parts.ts";

/** Conditions with a number in which rules of one shape differ. */
const conditions = oneOf(
  "COUNT() >= #",
  "COUNT() > #",
  "COUNT() >= # AND x > 1",
  "COUNT(DISTINCT v) >= #",
  "SUM(x) > #",
  "MAX(x) > # OR ok",
  "x > PRIOR(AVG(x)) + #",
  "x > PREV(x) + #",
  "x > #",
  "ELAPSED() < 5s AND COUNT() > #",
);

const windows = oneOf("WITHIN 5s", "WITHIN 2s", "WITHIN span", "WITHIN 5s PRECISION 2s", "LAST 3 EVENTS", "");
const keys = oneOf("BY u", "BY u, v", "", "BY LOWER(s) AS name");
const emits = oneOf(
  "EMIT LOW",
  'EMIT HIGH "{u} {COUNT()}" { n: COUNT() }',
  "EMIT INFO { x, before: PREV(x) }",
  "EMIT EACH LOW { s }",
  "EMIT LOW AND RESOLVE",
  "EMIT LOW COOLDOWN 5s",
  "EMIT LOW COOLDOWN 5s PER s",
);

const shape = fc.record({
  from: oneOf("FROM a", "FROM a, b", ""),
  rest: fc.option(fact, { nil: null, freq: 2 }),
  restFirst: fc.boolean(),
  key: keys,
  window: windows,
  condition: conditions,
  second: fc.option(conditions, { nil: null, freq: 3 }),
  emit: emits,
  expire: mostly(fc.constant(""), oneOf("EXPIRE AFTER 5s", "EXPIRE AFTER 2s"), 3),
});

/** By field: constants that are text, numbers and truth values, and some that are written in two ways. */
const equalities: readonly (readonly string[])[] = [
  ['s = "p"', 's = "q"', 's = "pq"', 's = "Q"', '"" = s', "s = 7", 's IN ("q")', 's IN ("p", "Q")'],
  [
    "x = 1",
    "x = 2",
    "x = 3",
    "x = 2.5",
    "x = -4",
    "x = 0",
    "x IN (8)",
    'x = "3"',
    "x = TRUE",
    "x = limit",
    "x IN (5, 100)",
    "x IN (1, 5)",
  ],
  ['u = "p"', 'u = "q"', 'u = "r"', "u = 1", 'u = "1"', "u = TRUE", 'u IN ("p", 1)', 'u IN ("r", TRUE, "r")'],
];

const equality = fc.constantFrom(...equalities.flat());
const number = mostly(oneOf("1", "2", "3"), oneOf("0", "limit", "5", "40"), 5);
const rule = fc.record({ shape: fc.nat(1), equality, number });

/** One or two rules for each of some constants of a field. */
const alike = fc
  .record({
    equalities: fc.constantFrom(...equalities).chain((all) => fc.shuffledSubarray([...all], { minLength: 4 })),
    shapes: fc.constantFrom([0], [0, 1], [0, 0]),
    numbers: fc.array(number, { minLength: 8, maxLength: 8 }),
  })
  .map(({ equalities: chosen, shapes, numbers }) =>
    shapes.flatMap((one, k) =>
      chosen.map((text, i) => ({ shape: one, equality: text, number: numbers[(i + 3 * k) % numbers.length]! })),
    ),
  );

/** A rule of a file by its name. */
export interface NamedRule {
  readonly name: string;
  readonly text: string;
}

export interface TemplateFile {
  readonly declarations: string;
  readonly rules: readonly NamedRule[];
}

/** Rules of one or two shapes that differ in constants. */
export const templateFiles: fc.Arbitrary<TemplateFile> = fc
  .record({
    declarations: prelude,
    shapes: fc.tuple(shape, shape),
    alike,
    others: fc.array(rule, { maxLength: 3 }),
  })
  .map(({ declarations, shapes, alike: many, others }) => ({
    declarations,
    rules: [...many.slice(0, 5), ...others, ...many.slice(5)].map(({ shape, equality, number }, i) => {
      const { from, rest, restFirst, key, window, condition, second, emit, expire } = shapes[shape]!;
      const where = rest === null ? equality : restFirst ? `(${rest}) AND ${equality}` : `${equality} AND (${rest})`;
      const [, body, cooldown = ""] = /^(.*?)( COOLDOWN .*)?$/.exec(emit)!;
      const branches = [condition, ...(second === null ? [] : [second])].map((when) => `WHEN ${when} ${body}`);
      const clauses = [from, `WHERE ${where}`, key, window, ...branches, cooldown, expire].filter((c) => c !== "");
      const name = `r${i}`;
      return { name, text: `RULE ${name}\n  ${clauses.join("\n  ").replaceAll("#", number)}` };
    }),
  }));

export function templateText({ declarations, rules }: TemplateFile): string {
  return fileText({ declarations, rules: rules.map(({ text }) => text) });
}

/** The texts of such files. */
export const templateRules: fc.Arbitrary<string> = templateFiles.map(templateText);
