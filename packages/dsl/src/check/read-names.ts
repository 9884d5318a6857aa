import type { Declaration, Name, Node, ParamDecl, StreamDecl, TableDecl, TestDecl } from "../ast.ts";
import { constantOf, typeOfConstant } from "./constant.ts";
import type { Findings } from "./findings.ts";
import type { HostFunction, Names, ParamInfo, RuleInfo, TableInfo, Unit } from "./names.ts";
import { type DeclaredLet, readLets } from "./read-lets.ts";
import { shapeOfStream, shapeOfTable, type StreamShape } from "./stream-shape.ts";
import { typeNamed } from "./type.ts";

interface Declared {
  readonly decl: Declaration;
  readonly unit: Unit;
}

/** Collects what the files declare, and reports names that stand for two things. */
export function readNames(
  units: readonly Unit[],
  functions: ReadonlyMap<string, HostFunction>,
  findings: Findings | null,
): Names {
  const streams = new Map<string, StreamDecl>();
  const shapes = new Map<string, StreamShape>();
  const tables = new Map<string, TableInfo>();
  const params = new Map<string, ParamInfo>();
  const lets = new Map<string, DeclaredLet>();
  const tests: { decl: TestDecl; unit: Unit }[] = [];
  const streamNames = new Map<string, Declared>();
  const valueNames = new Map<string, Declared>();
  for (const unit of units) {
    for (const decl of unit.file.declarations) {
      switch (decl.kind) {
        case "stream":
          if (!claim(streamNames, decl, decl.name, unit)) break;
          streams.set(decl.name.text, decl);
          shapes.set(decl.name.text, shapeOfStream(decl));
          break;
        case "table":
          if (claim(valueNames, decl, decl.name, unit)) tables.set(decl.name.text, readTable(decl));
          break;
        case "param":
          if (claim(valueNames, decl, decl.name, unit)) params.set(decl.name.text, readParam(decl, unit));
          break;
        case "let":
          if (claim(valueNames, decl, decl.name, unit)) lets.set(decl.name.text, { decl, report: unit.report });
          break;
        case "test":
          tests.push({ decl, unit });
          break;
        case "rule":
          break;
      }
    }
  }
  return {
    units,
    streams,
    shapes,
    tables,
    params,
    lets: readLets(lets),
    rules: readRules(units),
    tests,
    functions,
    findings,
  };
}

/** Whether the name is free; the same declaration may stand in several files, so that each can be read alone. */
function claim(taken: Map<string, Declared>, decl: Declaration, name: Name, unit: Unit): boolean {
  const before = taken.get(name.text);
  if (before === undefined) {
    taken.set(name.text, { decl, unit });
    return true;
  }
  if (before.unit !== unit && saysTheSame(before.decl, decl)) return false;
  const where = before.unit === unit ? "" : ` in ${before.unit.name ?? "another file"}`;
  unit.report.error(
    "duplicate-name",
    name.span,
    `\`${name.text}\` is declared already${where}, as a ${before.decl.kind.toUpperCase()}`,
  );
  return false;
}

function saysTheSame(a: Node, b: Node): boolean {
  const withoutPlaces = (node: Node): string =>
    JSON.stringify(node, (key, value: unknown) => (key === "span" || key === "nameSpan" ? undefined : value));
  return withoutPlaces(a) === withoutPlaces(b);
}

function readTable(decl: TableDecl): TableInfo {
  return { decl, row: shapeOfTable(decl) };
}

function readParam(decl: ParamDecl, unit: Unit): ParamInfo {
  const value = constantOf(decl.value);
  if (value === undefined) {
    if (decl.value.kind !== "error") {
      unit.report.error("not-a-constant", decl.value.span, "the value of a PARAM is a constant", {
        hint: `LET ${decl.name.text} = … names an expression`,
      });
    }
    return { decl, type: typeNamed("ANY"), value: null };
  }
  return { decl, type: typeNamed(typeOfConstant(value)), value };
}

/** A rule without a name is called by its position among the rules of its file. */
function readRules(units: readonly Unit[]): readonly RuleInfo[] {
  const rules: RuleInfo[] = [];
  const taken = new Map<string, RuleInfo>();
  for (const unit of units) {
    let position = 0;
    for (const decl of unit.file.declarations) {
      if (decl.kind !== "rule") continue;
      position += 1;
      const rule = { decl, name: decl.name?.text ?? `rule_${position}`, unit };
      const before = taken.get(rule.name);
      if (before === undefined) {
        taken.set(rule.name, rule);
        rules.push(rule);
      } else reportSecondRule(rule, before);
    }
  }
  return rules;
}

function reportSecondRule({ decl, name, unit }: RuleInfo, before: RuleInfo): void {
  const span = decl.name?.span ?? { start: decl.span.start, end: decl.span.start };
  const where = before.unit === unit ? "" : ` in ${before.unit.name ?? "another file"}`;
  const unnamed = decl.name === undefined || before.decl.name === undefined;
  unit.report.error(
    "duplicate-rule",
    span,
    `there is a rule \`${name}\` already${where}`,
    unnamed ? { hint: "name the rules with RULE: without a name a rule is called by its position in its file" } : {},
  );
}
