import { importSigma, type SourceNode } from "@weir/dsl";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fired, type Given } from "./run-imported.ts";

// What Sigma says of a detection, evaluated as it says it: everything is TRUE or FALSE, and a missing field matches only null.

type Value = string | number | null;
type Event = Readonly<Record<string, string | number>>;

interface Item {
  readonly field: string;
  readonly modifier: "" | "contains" | "startswith" | "endswith" | "gte" | "exists";
  readonly all: boolean;
  readonly values: readonly Value[];
}

interface Detection {
  readonly selections: Readonly<Record<string, readonly Item[]>>;
  readonly condition: Condition;
}

type Condition =
  | { readonly name: string }
  | { readonly not: Condition }
  | { readonly op: "and" | "or"; readonly items: readonly Condition[] }
  | { readonly of: "1" | "all"; readonly pattern: "s*" | "them" };

function holds(condition: Condition, { selections }: Detection, event: Event): boolean {
  const selected = (name: string): boolean => (selections[name] ?? []).every((item) => matches(item, event));
  const evaluate = (inner: Condition): boolean => {
    if ("name" in inner) return selected(inner.name);
    if ("not" in inner) return !evaluate(inner.not);
    if ("op" in inner) return inner.op === "and" ? inner.items.every(evaluate) : inner.items.some(evaluate);
    const names = Object.keys(selections);
    return inner.of === "1" ? names.some(selected) : names.every(selected);
  };
  return evaluate(condition);
}

function matches({ field, modifier, all, values }: Item, event: Event): boolean {
  const found = event[field];
  const one = (value: Value): boolean => {
    if (modifier === "exists") return (value === 1) === (found !== undefined);
    if (value === null) return found === undefined;
    if (found === undefined) return false;
    if (modifier === "gte") return typeof found === "number" && found >= Number(value);
    const text = String(found).toLowerCase();
    const wanted = String(value).toLowerCase();
    if (modifier === "contains") return typeof found === "string" && text.includes(wanted);
    if (modifier === "startswith") return typeof found === "string" && text.startsWith(wanted);
    if (modifier === "endswith") return typeof found === "string" && text.endsWith(wanted);
    if (wanted === "*") return true;
    if (wanted.includes("*")) return typeof found === "string" && fits(text, wanted);
    return text === wanted;
  };
  return all ? values.every(one) : values.some(one);
}

/** `*` stands for any text: tried at every place. */
function fits(text: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (!text.startsWith(first)) return false;
  if (rest.length === 0) return text === first;
  const remaining = text.slice(first.length);
  const restPattern = rest.join("*");
  return Array.from({ length: remaining.length + 1 }, (_, i) => remaining.slice(i)).some((part) =>
    fits(part, restPattern),
  );
}

const fields = ["a", "b", "c"];
const texts = fc.constantFrom("Ab", "aB c", "abc", "b", "B%_", "7", "x.y");
const item: fc.Arbitrary<Item> = fc.oneof(
  fc.record({
    field: fc.constantFrom(...fields),
    modifier: fc.constantFrom("" as const, "contains" as const, "startswith" as const, "endswith" as const),
    all: fc.boolean(),
    values: fc.array(texts, { minLength: 2, maxLength: 3 }),
  }),
  fc.record({
    field: fc.constantFrom(...fields),
    modifier: fc.constant("" as const),
    all: fc.constant(false),
    values: fc.array(fc.oneof(texts, fc.constantFrom("a*", "*b*c", "*", "a*c", 7, 12, null)), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  fc.record({
    field: fc.constantFrom(...fields),
    modifier: fc.constant("gte" as const),
    all: fc.constant(false),
    values: fc.constantFrom([7], [12], [12.5]),
  }),
  fc.record({
    field: fc.constantFrom(...fields),
    modifier: fc.constant("exists" as const),
    all: fc.constant(false),
    values: fc.constantFrom([0], [1]),
  }),
);
const selection = fc.uniqueArray(item, { minLength: 1, maxLength: 3, selector: (one) => keyOf(one) });
const selections = fc.record({ s1: selection, s2: selection, s3: selection });
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom("s1", "s2", "s3").map((name) => ({ name })),
    fc.record({
      of: fc.constantFrom("1" as const, "all" as const),
      pattern: fc.constantFrom("s*" as const, "them" as const),
    }),
    tie("condition").map((not) => ({ not })),
    fc.record({
      op: fc.constantFrom("and" as const, "or" as const),
      items: fc.array(tie("condition"), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));
const event: fc.Arbitrary<Event> = fc
  .record(
    Object.fromEntries(
      fields.map((field) => [field, fc.option(fc.oneof(texts, fc.constantFrom(7, 12)), { nil: undefined })]),
    ),
  )
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Event);

function keyOf({ field, modifier, all }: Item): string {
  return [field, ...(modifier === "" ? [] : [modifier]), ...(all ? ["all"] : [])].join("|");
}

function conditionText(of: Condition): string {
  if ("name" in of) return of.name;
  if ("not" in of) return `not (${conditionText(of.not)})`;
  if ("op" in of) return `(${of.items.map(conditionText).join(` ${of.op} `)})`;
  return `${of.of} of ${of.pattern}`;
}

function node(value: unknown): SourceNode {
  const line = 1;
  if (Array.isArray(value)) return { kind: "list", line, items: value.map(node) };
  if (typeof value === "object" && value !== null) {
    return {
      kind: "map",
      line,
      entries: Object.entries(value).map(([key, inner]) => ({ key, line, value: node(inner) })),
    };
  }
  return { kind: "scalar", line, value: value as string | number | boolean | null };
}

test("an imported detection fires for the events that it describes, and for no others", () => {
  fc.assert(
    fc.property(
      fc.record({ selections, condition }),
      fc.array(event, { minLength: 1, maxLength: 8 }),
      (detection, events) => {
        const written = Object.entries(detection.selections).map(([name, items]): [string, unknown] => [
          name,
          Object.fromEntries(
            items.map((one) => [keyOf(one), one.modifier === "exists" ? one.values[0] === 1 : [...one.values]]),
          ),
        ]);
        const rule = {
          title: "t",
          logsource: { product: "x" },
          detection: Object.fromEntries<unknown>([...written, ["condition", conditionText(detection.condition)]]),
        };
        const imported = importSigma([node(rule)]);
        expect(imported.findings).toEqual([]);
        const found = fired(
          imported,
          events.map((fieldsOf, ts): Given => ["x", ts, fieldsOf]),
        );
        const expected = events.flatMap((one, ts) => (holds(detection.condition, detection, one) ? [`t ${ts}`] : []));
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: 3000 },
  );
});
