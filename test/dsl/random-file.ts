import fc from "fast-check";
import type {
  AggregateName,
  BinaryOp,
  Branch,
  Declaration,
  Dur,
  Emit,
  Expr,
  FieldDecl,
  Literal,
  Message,
  Name,
  NameExpr,
  ObjectLit,
  PlainStep,
  RuleDecl,
  SourceFile,
  Step,
  StringLit,
  TestItem,
  Window,
} from "../../packages/dsl/src/ast.ts";
import { placedKeywords, reservedWords } from "../../packages/dsl/src/lex/keywords.ts";

/** Trees of rule files that a parser could have made, in all their shapes; they need not mean anything. */

const span = { start: 0, end: 0 };

/** Names of fields, keywords and oddities; never empty, never with a back-tick. */
const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("a", "b", "user", "amount", "_x1", "r") },
  { weight: 2, arbitrary: fc.constantFrom(...[...placedKeywords].map((word) => word.toLowerCase())) },
  { weight: 1, arbitrary: fc.constantFrom(...[...reservedWords].map((word) => word.toLowerCase())) },
  { weight: 1, arbitrary: fc.constantFrom("odd name", "größe", "1st", "a-b", '"', "--", "{}", "__proto__") },
);
const name: fc.Arbitrary<Name> = text.map((text) => ({ text, span }));

const dur: fc.Arbitrary<Dur> = fc.oneof(
  fc.integer({ min: 1, max: 3_653 * 86_400_000 }).map((ms): Dur => ({ kind: "duration", ms, span })),
  fc.constant<Dur>({ kind: "name", name: "gap", span }),
);

const stringLit: fc.Arbitrary<StringLit> = fc
  .string({ unit: "binary", maxLength: 8 })
  .map((value) => ({ kind: "string", value, text: JSON.stringify(value), span }));

function numberOf(text: string): Expr & Literal {
  return { kind: "number", value: Number(text.replaceAll("_", "")), text, span };
}

const leaf = fc.oneof(
  name.map((name): Expr => ({ kind: "name", name: name.text, span })),
  fc.constantFrom("0", "12", "1_000", "0.5", "1e6", "1.5E-3").map((text): Expr => numberOf(text)),
  fc
    .constantFrom(["10s", 10_000] as const, ["1h30m", 5_400_000] as const)
    .map(([text, ms]): Expr => ({ kind: "duration", ms, text, span })),
  stringLit,
  fc.boolean().map((value): Expr => ({ kind: "boolean", value, span })),
  fc.constant<Expr>({ kind: "null", span }),
);

const aggregateNames: readonly AggregateName[] = ["COUNT", "SUM", "MAX", "LAST", "PERCENTILE", "STDDEV_POP"];
const binaryOps: readonly BinaryOp[] = ["OR", "AND", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"];

export const expr: fc.Arbitrary<Expr> = fc.letrec<{ expr: Expr }>((tie) => {
  const inner = tie("expr");
  const not = fc.boolean();
  const few = fc.array(inner, { maxLength: 3 });
  const some = fc.array(inner, { minLength: 1, maxLength: 3 });
  const path = fc.tuple(name, fc.array(name, { maxLength: 2 })).map(([first, rest]) =>
    rest.reduce<Expr>((object, name) => ({ kind: "member", object, name, span }), {
      kind: "name",
      name: first.text,
      span,
    }),
  );
  const compound: fc.Arbitrary<Expr>[] = [
    fc.record({ kind: fc.constant("member" as const), object: inner, name, span: fc.constant(span) }),
    fc.record({ kind: fc.constant("index" as const), object: inner, index: inner, span: fc.constant(span) }),
    fc.record({
      kind: fc.constant("unary" as const),
      op: fc.constantFrom("-" as const, "NOT" as const),
      operand: inner,
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("binary" as const),
      op: fc.constantFrom(...binaryOps),
      left: inner,
      right: inner,
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant("in" as const), not, operand: inner, items: some, span: fc.constant(span) }),
    fc.record({ kind: fc.constant("in" as const), not, operand: inner, list: path, span: fc.constant(span) }),
    fc.record({
      kind: fc.constant("between" as const),
      not,
      operand: inner,
      low: inner,
      high: inner,
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("text" as const),
      op: fc.constantFrom(
        "LIKE" as const,
        "MATCHES" as const,
        "CONTAINS" as const,
        "STARTS WITH" as const,
        "ENDS WITH" as const,
      ),
      not,
      operand: inner,
      pattern: inner,
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant("is-null" as const), not, operand: inner, span: fc.constant(span) }),
    fc
      .record({
        arms: fc.array(fc.record({ when: inner, then: inner }), { minLength: 1, maxLength: 2 }),
        otherwise: fc.option(inner),
      })
      .map(
        ({ arms, otherwise }): Expr => ({
          kind: "case",
          arms,
          ...(otherwise === null ? {} : { else: otherwise }),
          span,
        }),
      ),
    fc
      .record({ name: fc.constantFrom("ABS", "IF", "PREV", "ELAPSED", "LOWER"), args: few })
      .map(({ name, args }): Expr => ({ kind: "call", name, nameSpan: span, args, span })),
    fc
      .record({
        name: fc.constantFrom(...aggregateNames),
        prior: fc.boolean(),
        distinct: fc.boolean(),
        args: few,
        over: fc.option(dur),
      })
      .map(
        ({ over, ...rest }): Expr => ({
          kind: "aggregate",
          nameSpan: span,
          ...rest,
          ...(over === null ? {} : { over }),
          span,
        }),
      ),
  ];
  return { expr: fc.oneof({ depthSize: "small", withCrossShrink: true }, leaf, path, ...compound) };
}).expr;

/** Drops what is `null`, which stands for "absent". */
function present<T extends object>(parts: T): { [K in keyof T]?: Exclude<T[K], null> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== null)) as {
    [K in keyof T]?: Exclude<T[K], null>;
  };
}

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 2 });
const listOf = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength: 1, maxLength: 3 });
const count = fc.integer({ min: 1, max: 1_000 });

const window: fc.Arbitrary<Window> = fc.oneof(
  fc.record({ length: dur, precision: optional(dur) }).map((w) => ({ kind: "within", span, ...present(w) }) as Window),
  fc
    .record({ length: dur, every: dur, offset: optional(dur) })
    .map((w) => ({ kind: "within", span, ...present(w) }) as Window),
  fc.record({ every: dur, offset: optional(dur) }).map((w) => ({ kind: "every", span, ...present(w) }) as Window),
  count.map((count): Window => ({ kind: "last", count, span })),
  fc.record({ gap: dur, max: optional(dur) }).map((w) => ({ kind: "session", span, ...present(w) }) as Window),
);

const message: fc.Arbitrary<Message> = fc
  .array(fc.oneof(fc.constantFrom("x", " paid ", '"', "\\", "é\n", "{", "}"), fc.constantFrom("user", "a")), {
    maxLength: 4,
  })
  .map((pieces) => {
    const parts: (string | Expr)[] = [];
    let value = "";
    for (const piece of pieces) {
      if (piece === "user" || piece === "a") {
        const field: NameExpr = { kind: "name", name: piece, span };
        parts.push(field);
        value += `{ ${piece} }`;
        continue;
      }
      const last = parts.at(-1);
      if (typeof last === "string") parts.splice(-1, 1, last + piece);
      else parts.push(piece);
      value += piece === "{" || piece === "}" ? piece + piece : piece;
    }
    return { literal: { kind: "string", value, text: JSON.stringify(value), span }, parts, span };
  });

const severity = fc.constantFrom(
  "INFO" as const,
  "LOW" as const,
  "MEDIUM" as const,
  "HIGH" as const,
  "CRITICAL" as const,
);
const pathName = name.filter(({ text }) => text !== "");
const datum = fc.oneof(
  fc.record({
    name: fc.oneof(name, fc.constant({ text: 'a"`b\n', span })),
    value: expr,
    short: fc.constant(false),
    span: fc.constant(span),
  }),
  fc.tuple(pathName, fc.array(pathName, { maxLength: 2 })).map(([first, rest]) => ({
    name: rest.at(-1) ?? first,
    value: rest.reduce<Expr>((object, name) => ({ kind: "member", object, name, span }), {
      kind: "name",
      name: first.text,
      span,
    }),
    short: true,
    span,
  })),
);
const emit: fc.Arbitrary<Emit> = fc
  .record({
    each: fc.boolean(),
    severity,
    message: optional(message),
    data: optional(fc.array(datum, { maxLength: 3 })),
    into: optional(name),
    to: optional(listOf(name)),
    resolve: fc.boolean(),
  })
  .map((emit) => ({ span, ...present(emit) }) as Emit);

const conditional: fc.Arbitrary<Branch> = fc
  .record({ when: expr, bare: fc.constant(false), for: optional(dur), emit })
  .map((branch) => ({ span, ...present(branch) }) as Branch);
const unconditional: fc.Arbitrary<Branch> = emit.map((emit) => ({ bare: false, emit, span }));
const branches = fc.oneof(
  unconditional.map((branch) => [branch]),
  listOf(conditional),
);

const quantifier = fc.oneof(
  fc.constantFrom(
    { min: 0, max: null, span },
    { min: 1, max: null, span },
    { min: 0, max: 1, span },
    { min: 3, max: null, span },
  ),
  fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 }))
    .map(([min, more]) => ({ min, max: min + more, span })),
);
const who = fc.oneof(fc.record({ stream: name }), fc.record({ alias: name, stream: name }), fc.record({ alias: name }));
const plainStep: fc.Arbitrary<PlainStep> = fc
  .record({
    next: fc.boolean(),
    not: fc.boolean(),
    who,
    quantifier: optional(quantifier),
    where: optional(expr),
    by: optional(listOf(expr)),
  })
  .map(
    ({ who, quantifier, ...step }) =>
      ({ kind: "step", span, ...who, ...present({ ...step, quantifier: step.not ? null : quantifier }) }) as PlainStep,
  );
const member = fc
  .record({ who, where: optional(expr), by: optional(listOf(expr)) })
  .map(({ who, ...step }): PlainStep => ({ kind: "step", next: false, not: false, span, ...who, ...present(step) }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: plainStep },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("group" as const),
      next: fc.boolean(),
      mode: fc.constantFrom("all" as const, "any" as const),
      members: listOf(member),
      span: fc.constant(span),
    }),
  },
);
const sequence = listOf(step).map(([first, ...rest]) => ({
  steps: first === undefined ? [] : [{ ...first, next: false }, ...rest],
  span,
}));
const match = fc.oneof(
  fc.constantFrom({ mode: "each" as const, span }, { mode: "latest" as const, span }),
  count.map((limit) => ({ mode: "all" as const, limit, span })),
);

const rule: fc.Arbitrary<RuleDecl> = fc
  .record({
    name: optional(name),
    title: optional(stringLit),
    from: optional(listOf(name)),
    where: optional(expr),
    by: optional(listOf(fc.record({ expr, as: optional(name) }).map((key) => ({ span, ...present(key) })))),
    window: optional(window),
    sequence: optional(sequence),
    match: optional(match),
    expire: optional(dur),
    branches,
    cooldown: optional(
      fc.record({ duration: dur, per: optional(expr) }).map((cooldown) => ({ span, ...present(cooldown) })),
    ),
    bare: fc.boolean(),
  })
  .map(({ bare, ...parts }) => {
    const [first, ...rest] = parts.branches;
    const isBare = bare && parts.window !== null && first?.when !== undefined;
    const starts = [
      parts.from,
      parts.where,
      parts.by,
      parts.window,
      parts.sequence,
      parts.match,
      parts.expire,
      first?.when ?? null,
    ];
    // A rule without a name that would begin with EMIT gets one; a title needs one.
    const nameless = parts.name === null && starts.every((part) => part === null);
    const named = nameless ? { text: "r", span } : parts.name;
    return {
      kind: "rule",
      span,
      ...present({
        ...parts,
        name: named,
        title: named === null ? null : parts.title,
        branches: first === undefined ? [] : [{ ...first, bare: isBare }, ...rest],
      }),
    } as RuleDecl;
  });

const type = fc.constantFrom("STRING" as const, "NUMBER" as const, "TIME" as const, "OBJECT" as const, "ANY" as const);
const fields: fc.Arbitrary<FieldDecl[]> = fc.letrec<{ fields: FieldDecl[] }>((tie) => ({
  fields: fc.array(
    fc.oneof(
      fc.record({ name, optional: fc.boolean(), type, span: fc.constant(span) }),
      fc.record({
        name,
        optional: fc.boolean(),
        type: fc.constant("OBJECT" as const),
        fields: tie("fields"),
        span: fc.constant(span),
      }),
    ),
    { maxLength: 3 },
  ),
})).fields;

const time = fc.oneof(
  fc.constant({ kind: "arrival" as const, span }),
  fc
    .record({
      field: name,
      unit: optional(fc.constantFrom("SECONDS" as const, "MILLISECONDS" as const, "MICROSECONDS" as const)),
    })
    .map((time) => ({ kind: "field" as const, span, ...present(time) })),
);

const literal: fc.Arbitrary<Literal> = fc.letrec<{ literal: Literal; object: ObjectLit }>((tie) => ({
  object: fc
    .array(fc.record({ name, value: tie("literal") }), { maxLength: 3 })
    .map((pairs): ObjectLit => ({ kind: "object", pairs, span })),
  literal: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("0", "12", "-1.5", "-3").map((text): Literal => numberOf(text)),
    fc.constant<Literal>({ kind: "duration", ms: 10_000, text: "10s", span }),
    stringLit,
    fc.boolean().map((value): Literal => ({ kind: "boolean", value, span })),
    fc.constant<Literal>({ kind: "null", span }),
    tie("object"),
    fc.array(tie("literal"), { maxLength: 3 }).map((items): Literal => ({ kind: "list", items, span })),
  ),
})).literal;
const object: fc.Arbitrary<ObjectLit> = fc
  .array(fc.record({ name, value: literal }), { maxLength: 3 })
  .map((pairs) => ({ kind: "object", pairs, span }));

const testItem: fc.Arbitrary<TestItem> = fc.oneof(
  fc.record({
    kind: fc.constant("given" as const),
    stream: name,
    event: object,
    at: listOf(dur),
    span: fc.constant(span),
  }),
  fc
    .record({
      rule: name,
      severity: optional(severity),
      resolved: fc.boolean(),
      at: optional(dur),
      fields: optional(object),
    })
    .map(({ resolved, ...item }): TestItem => {
      return { kind: "expect", span, resolved: resolved && item.severity === null, ...present(item) };
    }),
  fc.constant<TestItem>({ kind: "expect", resolved: false, span }),
  fc.record({ kind: fc.constant("until" as const), time: dur, span: fc.constant(span) }),
  fc.record({ kind: fc.constant("test-param" as const), name, value: literal, span: fc.constant(span) }),
  fc.record({ kind: fc.constant("test-table" as const), table: name, row: object, span: fc.constant(span) }),
);

const declaration: fc.Arbitrary<Declaration> = fc.oneof(
  { weight: 5, arbitrary: rule },
  {
    weight: 1,
    arbitrary: fc
      .record({ name, fields: optional(fields), time: optional(time), lateness: optional(dur), ahead: optional(dur) })
      .map((stream) => ({ kind: "stream", span, ...present(stream) }) as Declaration),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ name, key: name, fields: optional(fields) })
      .map((table) => ({ kind: "table", span, ...present(table) }) as Declaration),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("let" as const), name, value: expr, span: fc.constant(span) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("param" as const), name, value: expr, span: fc.constant(span) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("test" as const),
      title: stringLit,
      items: fc.array(testItem, { maxLength: 4 }),
      span: fc.constant(span),
    }),
  },
);

/** A file whose first declaration is `PARAM gap`, the name that durations of the other ones use. */
export const file: fc.Arbitrary<SourceFile> = fc.array(declaration, { maxLength: 4 }).map((declarations) => {
  const gap: Declaration = {
    kind: "param",
    name: { text: "gap", span },
    value: { kind: "duration", ms: 300_000, text: "5m", span },
    span,
  };
  return { kind: "file", declarations: [gap, ...declarations], comments: [], span };
});
