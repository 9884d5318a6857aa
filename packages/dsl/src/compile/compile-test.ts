import type { TestExpect, TestObject, TestPlan, TestValue } from "@weir/core";
import type { ExpectItem, Literal, Node, ObjectLit, TestDecl } from "../ast.ts";
import { constantOf } from "../check/constant.ts";
import type { Names, Unit } from "../check/names.ts";
import { testDurMs, testParams } from "../check/test-times.ts";

/** A TEST block that the checker found sound; `rules` are those of its file. */
export function compileTest(test: TestDecl, { name, report }: Unit, rules: readonly string[], names: Names): TestPlan {
  const lineOf = (node: Node): number => report.positionOf(node.span).line;
  const durations = testParams(test, names);
  const params: [string, TestValue][] = [];
  const tables = new Map<string, TestObject[]>();
  const givens: TestPlan["givens"][number][] = [];
  const expects: TestExpect[] = [];
  let until: number | null = null;
  for (const item of test.items) {
    switch (item.kind) {
      case "test-param":
        params.push([item.name.text, literal(item.value)]);
        break;
      case "test-table": {
        const rows = tables.get(item.table.text) ?? [];
        tables.set(item.table.text, rows);
        rows.push(object(item.row));
        break;
      }
      case "given": {
        const times = item.at.map((at) => testDurMs(at, durations));
        givens.push({ stream: item.stream.text, event: object(item.event), times });
        break;
      }
      case "expect":
        expects.push(...expectation(item, lineOf(item), durations));
        break;
      case "until":
        until = Math.max(until ?? 0, testDurMs(item.time, durations));
        break;
    }
  }
  return {
    title: test.title.value,
    file: name,
    line: lineOf(test),
    rules,
    params: Object.fromEntries(params),
    tables: Object.fromEntries(tables),
    givens,
    expects,
    until,
  };
}

function expectation(item: ExpectItem, line: number, durations: ReadonlyMap<string, number>): readonly TestExpect[] {
  const { rule, severity, resolved, at, fields } = item;
  if (rule === undefined) return [];
  return [
    {
      line,
      rule: rule.text,
      status: resolved ? "resolved" : "firing",
      severity: severity ?? null,
      at: at === undefined ? null : testDurMs(at, durations),
      fields: fields === undefined ? null : object(fields),
    },
  ];
}

/** `fromEntries` makes own properties of every name, `__proto__` too. */
function object({ pairs }: ObjectLit): TestObject {
  return Object.fromEntries(pairs.map(({ name, value }) => [name.text, literal(value)]));
}

function literal(value: Literal): TestValue {
  if (value.kind === "object") return object(value);
  if (value.kind === "list") return value.items.map(literal);
  const constant = constantOf(value) ?? null;
  if (typeof constant !== "object" || constant === null) return constant;
  return "duration" in constant ? constant.duration : constant.time;
}
