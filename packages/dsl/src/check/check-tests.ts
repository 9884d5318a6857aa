import type { PlanValue, TypeName } from "@weir/core";
import type { ExpectItem, GivenItem, Literal, Name, ObjectLit, TestDecl, TestTableItem } from "../ast.ts";
import { constantOf, typeOfConstant } from "./constant.ts";
import type { Names, Unit } from "./names.ts";
import type { Report } from "./report.ts";
import type { RuleFacts } from "./rule-facts.ts";
import { type FieldSet, type Type, typeNamed, withArticle } from "./type.ts";
import { testDurMs, testParams } from "./test-times.ts";

/** What tests are checked against. */
export interface TestSurroundings {
  readonly names: Names;
  readonly rules: ReadonlyMap<string, RuleFacts>;
  /** Streams that are declared, derived or read. */
  readonly streams: ReadonlySet<string>;
  /** Some rule reads every stream. */
  readonly anyStream: boolean;
}

export function testSurroundings(
  names: Names,
  all: readonly RuleFacts[],
  known: ReadonlySet<string>,
): TestSurroundings {
  const read = all.flatMap(({ streams }) => streams?.map(({ name }) => name) ?? []);
  return {
    names,
    rules: new Map(all.map((facts) => [facts.rule.name, facts])),
    streams: new Set([...known, ...read]),
    anyStream: all.some(({ streams }) => streams === null),
  };
}

/** What a TEST names and gives, against what the file declares. */
export function checkTest(test: TestDecl, unit: Unit, surroundings: TestSurroundings): void {
  const { report } = unit;
  const { names, rules } = surroundings;
  for (const item of test.items) {
    switch (item.kind) {
      case "given":
        checkGiven(item, surroundings, report);
        break;
      case "expect":
        checkExpect(item, unit, rules, report);
        break;
      case "test-param": {
        const param = names.params.get(item.name.text);
        if (param === undefined) unknown("unknown-param", "PARAM", item.name, names.params.keys(), report);
        else checkLiteral(item.value, param.type, `PARAM \`${item.name.text}\``, report);
        break;
      }
      case "test-table":
        checkRow(item, names, report);
        break;
      case "until":
        break;
    }
  }
  checkExpectNothing(test, report);
  checkTimes(test, names, report);
}

function unknown(
  code: "unknown-param" | "unknown-table" | "unknown-rule" | "unknown-stream",
  what: string,
  name: Name,
  known: Iterable<string>,
  report: Report,
): void {
  report.error(code, name.span, `there is no ${what} \`${name.text}\``, report.didYouMean(name.text, known));
}

function checkGiven({ stream, event }: GivenItem, surroundings: TestSurroundings, report: Report): void {
  const { names, streams, anyStream } = surroundings;
  if (!streams.has(stream.text)) {
    if (!anyStream) unknown("unknown-stream", "stream", stream, streams, report);
    else {
      const advice = report.didYouMean(stream.text, streams);
      if (advice.hint !== undefined) {
        report.warning("unknown-stream", stream.span, `no stream \`${stream.text}\` is declared`, advice);
      }
    }
    return;
  }
  const fields = names.shapes.get(stream.text)?.fields ?? null;
  if (fields === null) return;
  for (const { name, value } of event.pairs) {
    const type = fields.types.get(name.text);
    if (type === undefined) unknownField(name, fields, report);
    else checkLiteral(value, type, `\`${name.text}\``, report);
  }
}

function unknownField(name: Name, { owner, types }: FieldSet, report: Report): void {
  report.error(
    "unknown-field",
    name.span,
    `${owner} has no field \`${name.text}\``,
    report.didYouMean(name.text, types.keys()),
  );
}

function checkRow({ table, row }: TestTableItem, names: Names, report: Report): void {
  const info = names.tables.get(table.text);
  if (info === undefined) {
    unknown("unknown-table", "TABLE", table, names.tables.keys(), report);
    return;
  }
  const key = info.decl.key.text;
  if (!row.pairs.some(({ name }) => name.text === key)) {
    report.error("unknown-field", row.span, `a row of table \`${table.text}\` needs its key \`${key}\``);
  }
  checkObject(row, info.row, report);
}

function checkObject(object: ObjectLit, { fields }: Type, report: Report): void {
  if (fields === undefined) return;
  for (const { name, value } of object.pairs) {
    const type = fields.types.get(name.text);
    if (type === undefined) unknownField(name, fields, report);
    else checkLiteral(value, type, `\`${name.text}\``, report);
  }
}

function checkLiteral(value: Literal, type: Type, what: string, report: Report): void {
  const given = typeOfLiteral(value);
  if (value.kind === "object" && type.name === "OBJECT") {
    checkObject(value, type, report);
    return;
  }
  const fits = type.name === "ANY" || given.name === "NULL" || given.name === type.name;
  if (fits || readsAs(given.name, type.name)) return;
  report.error(
    "type-mismatch",
    value.span,
    `${what} is ${withArticle(type.name)}, and this is ${withArticle(given.name)}`,
  );
}

function typeOfLiteral(value: Literal): Type {
  if (value.kind === "object") return typeNamed("OBJECT");
  if (value.kind === "list") return typeNamed("LIST");
  if (value.kind === "null") return typeNamed("NULL");
  const constant: PlanValue | undefined = constantOf(value);
  return typeNamed(constant === undefined ? "ANY" : typeOfConstant(constant));
}

/** TIME is given as epoch ms or text, DURATION also as ms; a duration stands for its ms. */
function readsAs(given: TypeName | "NULL", type: TypeName | "NULL"): boolean {
  switch (type) {
    case "TIME":
      return given === "NUMBER" || given === "STRING" || given === "DURATION";
    case "DURATION":
      return given === "NUMBER";
    case "NUMBER":
      return given === "DURATION";
    default:
      return false;
  }
}

function checkExpect(
  { rule: name, severity, resolved, fields }: ExpectItem,
  unit: Unit,
  rules: ReadonlyMap<string, RuleFacts>,
  report: Report,
): void {
  if (name === undefined) return;
  const facts = rules.get(name.text);
  if (facts === undefined || facts.rule.unit !== unit) {
    const own = [...rules.values()].filter(({ rule }) => rule.unit === unit).map(({ rule }) => rule.name);
    unknown("unknown-rule", "rule", name, own, report);
    return;
  }
  const { branches } = facts.decl;
  if (severity !== undefined && branches.every(({ emit }) => emit.severity !== severity)) {
    report.warning("test-cannot-hold", name.span, `rule \`${name.text}\` emits no ${severity}`);
  }
  if (resolved && branches.every(({ emit }) => !emit.resolve)) {
    report.warning("test-cannot-hold", name.span, `rule \`${name.text}\` has no AND RESOLVE`);
  }
  const said = new Set([
    ...facts.keys.map((key) => key.name),
    ...branches.flatMap(({ emit }) => emit.data?.map((datum) => datum.name.text) ?? []),
  ]);
  for (const pair of fields?.pairs ?? []) {
    if (said.has(pair.name.text)) continue;
    report.error(
      "unknown-field",
      pair.name.span,
      `the alerts of rule \`${name.text}\` have no \`${pair.name.text}\` in their key or data`,
      report.didYouMean(pair.name.text, said),
    );
  }
}

function checkExpectNothing({ items }: TestDecl, report: Report): void {
  const expects = items.filter((item) => item.kind === "expect");
  const nothing = expects.find(({ rule }) => rule === undefined);
  if (nothing !== undefined && expects.length > 1) {
    report.error("expect-conflict", nothing.span, "EXPECT NOTHING stands alone");
  }
}

/** The clock of a test goes from the first event to the last, or to UNTIL. */
function checkTimes(test: TestDecl, names: Names, report: Report): void {
  const params = testParams(test, names);
  let last = 0;
  for (const item of test.items) {
    if (item.kind === "given") for (const at of item.at) last = Math.max(last, testDurMs(at, params));
  }
  let end = last;
  for (const item of test.items) {
    if (item.kind !== "until") continue;
    const time = testDurMs(item.time, params);
    if (time < last) {
      report.warning("test-time", item.time.span, "the clock is past this time already, with the last event");
    }
    end = Math.max(end, time);
  }
  for (const item of test.items) {
    if (item.kind !== "expect" || item.at === undefined || testDurMs(item.at, params) <= end) continue;
    report.warning("test-time", item.at.span, "the test ends before this time", {
      hint: "UNTIL moves the clock on behind the last event",
    });
  }
}
