import fc from "fast-check";

type Schema = string | readonly Schema[] | { readonly [name: string]: unknown };

interface Field {
  readonly name: string;
  readonly type: Schema;
  readonly aliases?: readonly string[];
  readonly default?: unknown;
}

interface RecordSchema {
  readonly type: "record";
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly fields: readonly Field[];
}

/** A type, some of its values as avsc wants them with unions wrapped, and a way to change it. */
interface Kind {
  readonly schema: Schema;
  readonly value: fc.Arbitrary<unknown>;
  /** What it may be read as; often fitting, not always. */
  readonly changed: fc.Arbitrary<Schema>;
  /** What a union calls it. */
  readonly branch: string;
  /** A default of the schema as JSON has it. */
  readonly fallback: unknown;
  /** Whether values have no bytes: lists of such are refused as damage. */
  readonly isEmpty?: boolean;
}

export interface SchemaPair {
  readonly writer: RecordSchema;
  readonly reader: RecordSchema;
  readonly values: readonly unknown[];
}

const safe = 2 ** 52 - 1;
const numbers = ["int", "long", "float", "double"] as const;
const text = fc.string({ maxLength: 6 });
const someBytes = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes));

function simple(
  schema: Schema,
  branch: string,
  value: fc.Arbitrary<unknown>,
  fallback: unknown,
  as: readonly Schema[],
): Kind {
  return { schema, branch, value, fallback, changed: fc.constantFrom(schema, ...as) };
}

const micros = { type: "long", logicalType: "timestamp-micros" };
const nanos = { type: "long", logicalType: "timestamp-nanos" };
const day = { type: "int", logicalType: "date" };
const cents = (scale: number) => ({ type: "bytes", logicalType: "decimal", precision: 10, scale });
const int = fc.integer();
const long = fc.integer({ min: -safe, max: safe });

const leaves: readonly Kind[] = [
  { ...simple("null", "null", fc.constant(null), null, ["int"]), isEmpty: true },
  simple("boolean", "boolean", fc.boolean(), true, ["string"]),
  simple("int", "int", int, 3, [...numbers, day, "string"]),
  simple("long", "long", long, 4, [...numbers, micros, nanos]),
  simple("float", "float", fc.float(), 0.5, numbers),
  simple("double", "double", fc.double(), 1.25, numbers),
  simple("string", "string", text, "s", ["bytes", "int"]),
  simple("bytes", "bytes", someBytes, "\u00ff", ["string", cents(2)]),
  simple(micros, "long", long, 1500, ["long", "double", nanos, "string"]),
  simple(nanos, "long", long, 1500, ["long", micros]),
  simple(day, "int", fc.integer({ min: -1e5, max: 1e5 }), 2, ["int", "long", micros]),
  simple(cents(2), "bytes", someBytes, "\u0001", ["bytes", "string", cents(3)]),
];

/** Names that no other type of the schema has. */
function named(name: string): readonly fc.Arbitrary<Kind>[] {
  const symbols = ["A", "B", "C"];
  const enumOf = (symbolsOf: readonly string[], more: object = {}) => ({
    type: "enum",
    name: `E${name}`,
    symbols: symbolsOf,
    ...more,
  });
  const fixedOf = (size: number, more: object = {}) => ({ type: "fixed", name: `F${name}`, size, ...more });
  return [
    fc.constant({
      schema: enumOf(symbols),
      branch: `E${name}`,
      value: fc.constantFrom(...symbols),
      fallback: "B",
      changed: fc.constantFrom<Schema>(
        enumOf(symbols),
        enumOf(["C", "D", "B", "A"]),
        enumOf(["A", "X"], { default: "X" }),
        enumOf(["A"]),
        { ...enumOf(symbols), name: `New${name}`, aliases: [`E${name}`] },
        { ...enumOf(symbols), name: `Other${name}` },
      ),
    }),
    fc.constant({
      schema: fixedOf(3),
      branch: `F${name}`,
      value: fc.uint8Array({ minLength: 3, maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
      fallback: "abc",
      changed: fc.constantFrom<Schema>(
        fixedOf(3),
        fixedOf(4),
        fixedOf(3, { logicalType: "decimal", precision: 5, scale: 1 }),
        { ...fixedOf(3), name: `New${name}`, aliases: [`F${name}`] },
        "bytes",
      ),
    }),
  ];
}

function kind(depth: number, name: string): fc.Arbitrary<Kind> {
  const leaf = fc.constantFrom(...leaves);
  if (depth === 0) return fc.oneof(leaf, ...named(name));
  const inner = kind(depth - 1, `${name}i`);
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    ...named(name),
    inner.filter(({ isEmpty }) => isEmpty !== true).map(listOf),
    inner.map(mapOf),
    inner.filter(({ branch, schema }) => branch !== "null" && !Array.isArray(schema)).map(optional),
    fc.tuple(...twoOf(`${name}u`)).map(([a, b]) => eitherOf(a, b)),
    fields(depth - 1, `${name}r`).map((made) => recordKind(`R${name}`, made)),
  );
}

const twoOf = (name: string): readonly [fc.Arbitrary<Kind>, fc.Arbitrary<Kind>] => [
  fc.constantFrom(...leaves.filter(({ branch }) => branch === "int" || branch === "long")),
  fc.oneof(
    fc.constantFrom(...leaves.filter(({ branch }) => branch === "string" || branch === "double")),
    ...named(name),
  ),
];

function listOf(item: Kind): Kind {
  return {
    schema: { type: "array", items: item.schema },
    branch: "array",
    value: fc.array(item.value, { maxLength: 3 }),
    fallback: [],
    changed: item.changed.map((items) => ({ type: "array", items })),
  };
}

function mapOf(item: Kind): Kind {
  return {
    schema: { type: "map", values: item.schema },
    branch: "map",
    value: fc.dictionary(fc.constantFrom("a", "b", "c"), item.value),
    fallback: {},
    changed: item.changed.map((values) => ({ type: "map", values })),
  };
}

function optional(item: Kind): Kind {
  return {
    schema: ["null", item.schema],
    branch: "union",
    value: fc.option(item.value.map((value) => ({ [item.branch]: value }))),
    fallback: null,
    changed: fc.oneof(
      item.changed.map((to): Schema => (isUnionOrNull(to) ? to : ["null", to])),
      item.changed.map((to): Schema => (isUnionOrNull(to) ? to : [to, "null"])),
      item.changed,
    ),
  };
}

function isUnionOrNull(schema: Schema): boolean {
  return schema === "null" || Array.isArray(schema);
}

function eitherOf(a: Kind, b: Kind): Kind {
  return {
    schema: [a.schema, b.schema],
    branch: "union",
    value: fc.oneof(...[a, b].map(({ branch, value }) => value.map((each) => ({ [branch]: each })))),
    fallback: a.fallback,
    changed: fc.constantFrom<Schema>(
      [a.schema, b.schema],
      [b.schema, a.schema],
      ["null", a.schema, b.schema],
      a.schema,
      "double",
    ),
  };
}

interface MadeField {
  readonly name: string;
  readonly kind: Kind;
}

function fields(depth: number, name: string): fc.Arbitrary<readonly MadeField[]> {
  const names = ["a", "b", "c", "d"];
  return fc
    .array(fc.nat(9), { minLength: 0, maxLength: 4 })
    .chain((list) =>
      fc.tuple(...list.map((_, i) => kind(depth, `${name}${i}`).map((made) => ({ name: names[i]!, kind: made })))),
    );
}

type Change = "keep" | "drop" | "rename" | "retype" | "twice";
const change = fc.constantFrom<Change>("keep", "keep", "drop", "rename", "retype", "twice");

function changedFields(made: readonly MadeField[]): fc.Arbitrary<readonly Field[]> {
  const each = made.map(({ name, kind: of }) =>
    fc.tuple(change, of.changed).map(([what, to]): readonly Field[] => {
      switch (what) {
        case "keep":
          return [{ name, type: of.schema }];
        case "drop":
          return [];
        case "rename":
          return [{ name: `${name}2`, type: of.schema, aliases: [name, "unknown"] }];
        case "retype":
          return [{ name, type: to }];
        case "twice":
          // A second definition of a name would be an error of the schema.
          return typeof of.schema === "string"
            ? [
                { name: `${name}2`, type: of.schema, aliases: [name] },
                { name, type: to },
              ]
            : [{ name, type: to }];
      }
    }),
  );
  const added = fc.option(
    fc
      .constantFrom(...leaves)
      .chain(({ schema, fallback }) =>
        fc.constantFrom<Field>(
          { name: "new", type: schema, default: fallback },
          { name: "new", type: schema, default: fallback },
          { name: "new", type: schema },
        ),
      ),
  );
  return fc
    .tuple(fc.tuple(...each), added)
    .map(([kept, more]) => [...kept.flat(), ...(more === null ? [] : [more])])
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }));
}

function recordOf(name: string, made: readonly Field[], more: object = {}): RecordSchema {
  return { type: "record", name, ...more, fields: made };
}

function recordKind(name: string, made: readonly MadeField[]): Kind {
  const changed = changedFields(made);
  return {
    schema: {
      ...recordOf(
        name,
        made.map((field) => ({ name: field.name, type: field.kind.schema })),
      ),
    },
    branch: name,
    isEmpty: made.every((field) => field.kind.isEmpty === true),
    value: fc.record(Object.fromEntries(made.map((field) => [field.name, field.kind.value]))),
    fallback: Object.fromEntries(made.map((field) => [field.name, field.kind.fallback])),
    changed: fc.oneof(
      changed.map((to) => ({ ...recordOf(name, to) })),
      changed.map((to) => ({ ...recordOf(`New${name}`, to, { aliases: [name] }) })),
    ),
  };
}

/** A record schema, one as which it may be read, and values of the first. */
export function schemaPairs(): fc.Arbitrary<SchemaPair> {
  return fields(2, "t").chain((made) => {
    const top = recordKind("Top", made);
    return fc.record({
      writer: fc.constant(top.schema as unknown as RecordSchema),
      reader: top.changed.map((schema) => schema as unknown as RecordSchema),
      values: fc.array(top.value, { minLength: 1, maxLength: 3 }),
    });
  });
}
