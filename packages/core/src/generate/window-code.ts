import type { GroupWindow } from "../engine/group-window.ts";
import type { Value } from "../value.ts";
import type { AggregateReader } from "../window/part.ts";
import type { BoundedGlue, GrowingGlue, PanedGlue } from "../window/window-store.ts";
import { justBefore, valueAge } from "./bounded-code.ts";
import type { CodeScope, ExpressionCode } from "./expression-code.ts";
import { finite, orNaN } from "./helpers.ts";
import type { RecordCode } from "./record-code.ts";
import { literal, type Source } from "./source.ts";

/** An argument of a window in a variable. */
interface ArgumentCode {
  readonly name: string;
  /** A number, NaN being NULL. */
  readonly isNumber: boolean;
}

/** What windows are written with: `steps` are lines of the function that takes an event in. */
export interface WindowCodeOptions {
  readonly source: Source;
  readonly scope: CodeScope;
  readonly code: ExpressionCode;
  readonly record: RecordCode;
  readonly steps: string[];
}

/** Writes how an event gets into a window, as `GroupWindow.add` does it. */
export function writeWindow(window: GroupWindow, options: WindowCodeOptions): void {
  const { source, scope, steps } = options;
  const { glue } = window.store;
  switch (glue?.kind) {
    case undefined:
      steps.push(`${source.ref(window)}.add(slot, t, ${source.ref(scope.context)});`);
      break;
    case "bounded":
      writeBounded(window, glue, options);
      break;
    case "growing":
      writePriors(window, options);
      writeGrowing(window, glue, options);
      break;
    case "paned":
      writePaned(window, glue, options);
      break;
  }
}

function writeBounded(
  window: GroupWindow,
  { columns, recents, lengthMs }: BoundedGlue,
  options: WindowCodeOptions,
): void {
  const { source, record, steps } = options;
  const values = argumentsOf(window, options);
  for (const column of columns) {
    const arg = values[column.arg]!;
    steps.push(`${source.ref(column)}.${arg.isNumber ? "addNumber" : "add"}(slot, ${arg.name});`);
  }
  for (const recent of recents) {
    const r = source.ref(recent);
    const n = record.intAt(recent.layout.count);
    const age = valueAge(recent.layout, n, justBefore);
    const length = literal(lengthMs);
    steps.push(`if (${n} !== 0 && ${age} > ${length}) ${r}.dropBefore(slot, t - ${length});`);
    steps.push(`${r}.add(slot, ${valueCode(source, values[recent.arg]!)}, t);`);
  }
}

function writeGrowing(window: GroupWindow, glue: GrowingGlue, options: WindowCodeOptions): void {
  const { source, record, steps } = options;
  const values = argumentsOf(window, options);
  for (const part of glue.parts) {
    if (part === glue.events) steps.push(`${record.float(glue.events.totals)}++;`);
    else steps.push(partCode(source, part, values));
  }
}

function writePaned(window: GroupWindow, glue: PanedGlue, options: WindowCodeOptions): void {
  const { source, steps } = options;
  const ring = source.ref(glue.ring);
  const parts = glue.parts.map((part) => source.ref(part));
  const drop = `drop${source.temporary()}`;
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
  writePriors(window, options);
  const values = argumentsOf(window, options);
  if (glue.keep !== null) steps.push(`while (${ring}.length(slot) >= ${literal(glue.keep)}) ${drop}(slot);`);
  steps.push(`${ring}.push(slot, t);`);
  for (const part of glue.parts) steps.push(partCode(source, part, values));
  for (const recent of glue.recents) {
    steps.push(`${source.ref(recent)}.add(slot, ${valueCode(source, values[recent.arg]!)}, t);`);
  }
}

/** Keeps what aggregates are without the event. */
function writePriors(window: GroupWindow, { source, steps }: WindowCodeOptions): void {
  if (window.priorsAreKept) return;
  for (const { index, reader } of window.priors) {
    const values = source.ref(reader.gives === "value" ? window.priorValues : window.priorNumbers);
    steps.push(`${values}[${index}] = ${readCode(source, reader)};`);
  }
}

function argumentsOf(window: GroupWindow, { source, code, steps }: WindowCodeOptions): ArgumentCode[] {
  return window.args.map((expr) => {
    const name = source.temporary();
    const number = code.number(expr);
    steps.push(`const ${name} = ${number ?? code.value(expr)};`);
    return { name, isNumber: number !== null };
  });
}

function partCode(source: Source, part: PanedGlue["parts"][number], values: readonly ArgumentCode[]): string {
  const arg = part.arg === null ? null : values[part.arg]!;
  if (arg?.isNumber === true && part.takesNumbers === true) return `${source.ref(part)}.addNumber(slot, ${arg.name});`;
  return `${source.ref(part)}.add(slot, ${arg === null ? "null" : valueCode(source, arg)}, true);`;
}

function valueCode(source: Source, { name, isNumber }: ArgumentCode): string {
  return isNumber ? `${source.ref(orNull)}(${name})` : name;
}

/** A call that reads an aggregate: of numbers NaN stands for NULL. */
export function readCode(source: Source, reader: AggregateReader): string {
  const call = `${source.ref(reader.target)}.${reader.method}(${["slot", ...reader.args.map(literal)].join(", ")})`;
  if (reader.gives === "value") return call;
  const number = reader.gives === "number?" ? `${source.ref(orNaN)}(${call})` : call;
  return reader.divisor === 1 ? number : `${source.ref(finite)}(${number} / ${literal(reader.divisor)})`;
}

function orNull(x: number): Value {
  return Number.isNaN(x) ? null : x;
}
