import type { Group } from "../engine/group.ts";
import type { GroupWindow } from "../engine/group-window.ts";
import type { Row } from "../row.ts";
import type { Value } from "../value.ts";
import { isKeyValue } from "../values/compare.ts";
import { type CodeScope, ExpressionCode } from "./expression-code.ts";
import { finite, orNaN, speedNumber } from "./helpers.ts";
import { literal, type Source } from "./source.ts";
import type { PlanExpr } from "../plan.ts";
import type { AggregateReader } from "../window/part.ts";

/** The code of a group. */
export interface GroupGlue {
  /** The slot of an event; −1 where the group does not match it. */
  readonly match: ((row: Row) => number) | null;
  /** Takes an event into the windows and the history of its key. */
  readonly step: (slot: number, t: number, row: Row) => void;
}

export interface GroupCodeOptions {
  readonly source: Source;
  readonly scope: CodeScope;
  readonly where: PlanExpr | null;
  /** `null` where keys depend on the stream. */
  readonly key: readonly PlanExpr[] | null;
}

/** Writes `match` and `step` of a group; the lines end in `return`ing both. */
export function writeGroup(group: Group, { source, scope, where, key }: GroupCodeOptions): void {
  const code = new ExpressionCode(scope);
  const steps: string[] = [];
  for (const window of group.windows) writeWindow(window, source, scope, code, steps);
  writeHistory(group, source, code, steps);
  if (key !== null) writeMatch(group, source, scope, code, where, key);
  source.line("function step(slot, t, row) {");
  source.line("const d = row.data;");
  for (const step of steps) source.line(step);
  source.line("}");
  source.line(`return { match: ${key === null ? "null" : "match"}, step };`);
}

function writeMatch(
  group: Group,
  source: Source,
  scope: CodeScope,
  code: ExpressionCode,
  where: PlanExpr | null,
  key: readonly PlanExpr[],
): void {
  source.line("function match(row) {");
  source.line("const d = row.data;");
  if (where !== null) source.line(`if (!(${code.isTrue(where)})) return -1;`);
  const g = source.ref(group);
  key.forEach((expr, i) => {
    source.line(`const k${i} = ${code.value(expr)};`);
    const type = expr.op === "field" ? scope.fieldType(expr.name) : "ANY";
    const plain = type === "STRING" || type === "NUMBER" || type === "BOOLEAN";
    const missing = plain ? `k${i} === null` : `!${source.ref(isKeyValue)}(k${i})`;
    source.line(`if (${missing}) { ${g}.missKey(); return -1; }`);
  });
  if (key.length === 1) source.line(`return ${g}.slotOfOne(k0);`);
  else source.line(`return ${g}.slotOf([${key.map((_, i) => `k${i}`).join(", ")}]);`);
  source.line("}");
}

function writeWindow(
  window: GroupWindow,
  source: Source,
  scope: CodeScope,
  code: ExpressionCode,
  steps: string[],
): void {
  const { glue } = window.store;
  if (glue === null) {
    steps.push(`${source.ref(window)}.add(slot, t, ${source.ref(scope.context)});`);
    return;
  }
  const parts = glue.parts.map((part) => source.ref(part));
  const drop = `drop${source.temporary()}`;
  if (glue.ring !== null) {
    const ring = source.ref(glue.ring);
    source.line(`function ${drop}(slot) {`);
    if (parts.length > 0) source.line(`${ring}.seek(slot, ${ring}.head(slot));`);
    for (const part of parts) source.line(`${part}.leave(slot);`);
    source.line(`${ring}.shift(slot);`);
    if (parts.length > 0) {
      source.line(`if (${ring}.length(slot) === 0) { ${parts.map((part) => `${part}.reset(slot);`).join(" ")} }`);
    }
    source.line("}");
    if (window.shape.kind === "within") {
      const bound = literal(1 - window.shape.lengthMs);
      steps.push(`while (${ring}.oldest(slot) < t + ${bound}) ${drop}(slot);`);
      for (const recent of glue.recents) steps.push(`${source.ref(recent)}.dropBefore(slot, t + ${bound});`);
    } else if (window.shape.kind === "last") {
      steps.push(`while (${ring}.length(slot) > ${literal(window.shape.count - 1)}) ${drop}(slot);`);
    }
  }
  for (const { index, reader } of window.priors) {
    const read = readCode(source, reader);
    if (reader.gives === "value") steps.push(`${source.ref(window.priorValues)}[${index}] = ${read};`);
    else steps.push(`${source.ref(window.priorNumbers)}[${index}] = ${read};`);
  }
  const args = window.args.map((expr) => {
    const name = source.temporary();
    const number = code.number(expr);
    steps.push(`const ${name} = ${number ?? code.value(expr)};`);
    return { name, isNumber: number !== null };
  });
  if (glue.ring !== null && glue.keep !== null) {
    steps.push(`while (${source.ref(glue.ring)}.length(slot) >= ${literal(glue.keep)}) ${drop}(slot);`);
  }
  if (glue.ring !== null) steps.push(`${source.ref(glue.ring)}.push(slot, t);`);
  else steps.push(`if (${source.ref(glue.events)}.value(slot) === 0) ${source.ref(glue.oldest)}.set(slot, t);`);
  glue.parts.forEach((part, i) => {
    const arg = part.arg === null ? null : args[part.arg]!;
    if (arg?.isNumber === true && part.takesNumbers === true) {
      steps.push(`${parts[i]!}.addNumber(slot, ${arg.name});`);
      return;
    }
    const value = arg === null ? "null" : arg.isNumber ? `${source.ref(orNull)}(${arg.name})` : arg.name;
    steps.push(`${parts[i]!}.add(slot, ${value}, true);`);
  });
  for (const recent of glue.recents) {
    const { name, isNumber } = args[recent.arg]!;
    steps.push(`${source.ref(recent)}.add(slot, ${isNumber ? `${source.ref(orNull)}(${name})` : name}, t);`);
  }
}

function writeHistory(group: Group, source: Source, code: ExpressionCode, steps: string[]): void {
  const { times, fields } = group.history;
  if (times === null) return;
  for (const { plan, before, newest } of fields) {
    const n = source.ref(newest);
    steps.push(`${source.ref(before)}.copyFrom(${n}, slot, slot);`);
    const number = code.number(plan);
    steps.push(number === null ? `${n}.set(slot, ${code.value(plan)});` : `${n}.setNumber(slot, ${number});`);
  }
  steps.push(`${source.ref(times.before)}.set(slot, ${source.ref(times.newest)}.get(slot));`);
  steps.push(`${source.ref(times.newest)}.set(slot, t);`);
}

/** A call that reads an aggregate: of numbers NaN stands for NULL. */
export function readCode(source: Source, reader: AggregateReader): string {
  const call = `${source.ref(reader.target)}.${reader.method}(${["slot", ...reader.args.map(literal)].join(", ")})`;
  if (reader.gives === "value") return call;
  const number = reader.gives === "number?" ? `${source.ref(orNaN)}(${call})` : call;
  return reader.divisor === 1 ? number : `${source.ref(finite)}(${number} / ${literal(reader.divisor)})`;
}

/** SPEED_KMH of two expressions that are numbers, from their fields in the history. */
export function speedCode(
  group: Group,
  source: Source,
  code: ExpressionCode,
  lat: PlanExpr,
  lon: PlanExpr,
): string | null {
  const now = [code.number(lat), code.number(lon)];
  const before = [group.history.fieldOf(lat), group.history.fieldOf(lon)];
  if (now[0] === null || now[1] === null || before[0] === null || before[1] === null) return null;
  const at = before.map((field) => `${source.ref(field!.before)}.number(slot)`);
  const elapsed = `${source.ref(group.history)}.elapsedMs(slot)`;
  return `${source.ref(speedNumber)}(${now[0]!}, ${now[1]!}, ${at[0]!}, ${at[1]!}, ${elapsed})`;
}

function orNull(x: number): Value {
  return Number.isNaN(x) ? null : x;
}
