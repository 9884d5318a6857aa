import { type Expr, expressionChildren, parse, type PlainStep, type RuleDecl, type Window } from "@weir/dsl";
import { expect, test } from "vitest";
import { blocksOf } from "./markdown-blocks.ts";

/** What a reader of the page on the language has to see in an example. */
const constructs = `
  stream | stream optional | stream nested | stream time | stream time unit | stream lateness | stream ahead |
  table | param | param duration | let | test | test-param | test-table | given | until | expect |
  expect nothing | expect resolved | expect severity | rule title | rule without name | short form | where |
  by | by as | within | within precision | within every | every | every offset | last | session | session max |
  no window | bare condition | two branches | for | each | resolve | message | data | data path | into | to |
  cooldown | cooldown per | expire | step where | step by | step alone | step alias | next | not between |
  absence | all of | any of | {n} | {n,} | {n,m} | + | * | ? | match each | match latest | match all | or |
  and | not | = | != | < | > | >= | in list | in table | not in | between | like | matches | contains |
  starts with | ends with | is null | is not null | arithmetic | minus | index | member | case | call |
  aggregate | distinct | prior | over | duration | raw string
`
  .split("|")
  .map((construct) => construct.trim());

test("the page on the language has an example of every construct", () => {
  const seen = new Set<string>();
  for (const { text } of blocksOf("docs/language.md").filter(({ language }) => language === "weir")) look(text, seen);
  expect(constructs.filter((construct) => !seen.has(construct))).toEqual([]);
});

function look(text: string, seen: Set<string>): void {
  const { file } = parse(text);
  const tables = new Set(file.declarations.flatMap((decl) => (decl.kind === "table" ? [decl.name.text] : [])));
  const expr = (e: Expr | undefined): void => {
    if (e !== undefined) lookAt(e, tables, seen);
  };
  for (const decl of file.declarations) {
    seen.add(decl.kind);
    if (decl.kind === "stream") {
      if (decl.fields?.some(({ optional }) => optional) === true) seen.add("stream optional");
      if (decl.fields?.some(({ fields }) => fields !== undefined) === true) seen.add("stream nested");
      if (decl.time !== undefined) seen.add("stream time");
      if (decl.time?.kind === "field" && decl.time.unit !== undefined) seen.add("stream time unit");
      if (decl.lateness !== undefined) seen.add("stream lateness");
      if (decl.ahead !== undefined) seen.add("stream ahead");
    } else if (decl.kind === "param" || decl.kind === "let") {
      if (decl.value.kind === "duration") seen.add("param duration");
      expr(decl.value);
    } else if (decl.kind === "test") {
      for (const item of decl.items) {
        seen.add(item.kind);
        if (item.kind !== "expect") continue;
        if (item.rule === undefined) seen.add("expect nothing");
        if (item.resolved) seen.add("expect resolved");
        if (item.severity !== undefined) seen.add("expect severity");
      }
    } else if (decl.kind === "rule") lookAtRule(decl, expr, seen);
  }
}

function lookAtRule(rule: RuleDecl, expr: (e: Expr | undefined) => void, seen: Set<string>): void {
  const { window, sequence, match, cooldown, branches } = rule;
  if (rule.title !== undefined) seen.add("rule title");
  if (rule.name === undefined) seen.add("rule without name");
  if (rule.where !== undefined) seen.add("where");
  if (rule.by !== undefined) seen.add("by");
  if (rule.by?.some(({ as }) => as !== undefined) === true) seen.add("by as");
  if (rule.expire !== undefined) seen.add("expire");
  if (window === undefined && sequence === undefined) seen.add("no window");
  if (window !== undefined) lookAtWindow(window, seen);
  if (match !== undefined) seen.add(`match ${match.mode}`);
  if (cooldown !== undefined) seen.add(cooldown.per === undefined ? "cooldown" : "cooldown per");
  if (branches.length > 1) seen.add("two branches");
  for (const { bare, when, for: lasting, emit } of branches) {
    if (bare) seen.add("bare condition");
    if (bare && rule.by === undefined) seen.add("short form");
    if (lasting !== undefined) seen.add("for");
    if (emit.each) seen.add("each");
    if (emit.resolve) seen.add("resolve");
    if (emit.message !== undefined) seen.add("message");
    if (emit.data !== undefined) seen.add("data");
    if (emit.data?.some(({ short, value }) => short && value.kind === "member") === true) seen.add("data path");
    if (emit.into !== undefined) seen.add("into");
    if (emit.to !== undefined) seen.add("to");
    expr(when);
    for (const { value } of emit.data ?? []) expr(value);
    for (const part of emit.message?.parts ?? []) if (typeof part !== "string") expr(part);
  }
  expr(rule.where);
  for (const key of rule.by ?? []) expr(key.expr);
  for (const [i, step] of (sequence?.steps ?? []).entries()) {
    if (step.next) seen.add("next");
    if (step.kind === "group") seen.add(`${step.mode} of`);
    const members = step.kind === "group" ? step.members : [step];
    for (const member of members) lookAtStep(member, expr, seen);
    if (step.kind === "step" && step.not) seen.add(i === (sequence?.steps.length ?? 0) - 1 ? "absence" : "not between");
  }
}

function lookAtWindow(window: Window, seen: Set<string>): void {
  if (window.kind === "within") {
    seen.add(
      window.every !== undefined ? "within every" : window.precision !== undefined ? "within precision" : "within",
    );
  } else if (window.kind === "every") seen.add(window.offset === undefined ? "every" : "every offset");
  else if (window.kind === "session") seen.add(window.max === undefined ? "session" : "session max");
  else seen.add("last");
}

function lookAtStep(step: PlainStep, expr: (e: Expr | undefined) => void, seen: Set<string>): void {
  seen.add(step.alias === undefined ? "step alone" : "step alias");
  if (step.where !== undefined) seen.add("step where");
  if (step.by !== undefined) seen.add("step by");
  expr(step.where);
  if (step.quantifier === undefined) return;
  const { min, max } = step.quantifier;
  if (min === 0) seen.add(max === 1 ? "?" : "*");
  else if (max === null) seen.add(min === 1 ? "+" : "{n,}");
  else seen.add(min === max ? "{n}" : "{n,m}");
}

function lookAt(e: Expr, tables: ReadonlySet<string>, seen: Set<string>): void {
  switch (e.kind) {
    case "binary":
      seen.add(["+", "-", "*", "/", "%"].includes(e.op) ? "arithmetic" : e.op.toLowerCase());
      break;
    case "unary":
      seen.add(e.op === "-" ? "minus" : "not");
      break;
    case "in":
      seen.add(e.list?.kind === "name" && tables.has(e.list.name) ? "in table" : "in list");
      if (e.not) seen.add("not in");
      break;
    case "text":
      seen.add(e.op.toLowerCase());
      break;
    case "is-null":
      seen.add(e.not ? "is not null" : "is null");
      break;
    case "aggregate":
      seen.add("aggregate");
      if (e.distinct) seen.add("distinct");
      if (e.prior) seen.add("prior");
      if (e.over !== undefined) seen.add("over");
      break;
    case "string":
      if (e.text.startsWith("r")) seen.add("raw string");
      break;
    default:
      seen.add(e.kind);
  }
  for (const child of expressionChildren(e)) lookAt(child, tables, seen);
}
