import type { Group } from "../engine/group.ts";
import type { GroupWindow } from "../engine/group-window.ts";
import type { PlanExpr } from "../plan.ts";
import type { Value } from "../value.ts";
import { type EventRing, type Lane, SPARE_PANES } from "../window/event-ring.ts";
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

/**
 * Writes how an event gets into the windows of a group, as `Group.add` does it: what is over leaves whole windows, the event comes into
 * their ring, and each window takes it in.
 */
export function writeWindows(group: Group, options: WindowCodeOptions): void {
  const { source, scope, steps } = options;
  const paned = group.windows.flatMap((window) => {
    const { glue } = window.store;
    return glue?.kind === "paned" ? [{ window, glue }] : [];
  });
  for (const { window, glue } of paned) writeLeaving(window, glue, options);
  const values = group.ring === null ? [] : writeRing(group, group.ring, options);
  for (const { glue } of paned) writeTaking(glue, values, options);
  for (const window of group.windows) {
    const { glue } = window.store;
    if (glue === null) {
      const w = source.ref(window);
      steps.push(`${w}.leave(slot, t);`, `${w}.add(slot, t, ${source.ref(scope.context)});`);
    } else if (glue.kind === "bounded") writeBounded(window, glue, options);
    else if (glue.kind === "growing") {
      writePriors(window, options);
      writeGrowing(window, glue, options);
    }
  }
}

function writeBounded(
  window: GroupWindow,
  { columns, recents, lengthMs }: BoundedGlue,
  options: WindowCodeOptions,
): void {
  const { source, record, steps } = options;
  const values = argumentsOf(window.args, options);
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
  const values = argumentsOf(window.args, options);
  for (const part of glue.parts) {
    if (part === glue.events) steps.push(`${record.float(glue.events.totals)}++;`);
    else steps.push(partCode(source, part, values));
  }
}

/** Writes how panes leave a window. */
function writeLeaving(window: GroupWindow, glue: PanedGlue, options: WindowCodeOptions): void {
  const { source, record, steps } = options;
  const { shape } = window;
  const leave = leaveCode(glue, source, record);
  const length = `((${record.intAt(glue.ring.tailOffset)} - ${record.intAt(glue.view.layout.head)}) | 0)`;
  if (window.notesLeaving) steps.push(`${source.ref(window)}.dropNoting(slot, t);`);
  else if (shape.kind === "within") {
    const bound = `t + ${literal(1 - shape.lengthMs)}`;
    steps.push(`while (${record.floatAt(glue.view.layout.oldest!)} < ${bound}) ${leave}`);
    if (glue.recents.recents.length > 0) steps.push(`${source.ref(glue.recents)}.lookFrom(slot, ${bound});`);
  } else if (shape.kind === "last") steps.push(`while (${length} > ${literal(shape.count - 1)}) ${leave}`);
  writePriors(window, options);
  if (glue.keep !== null) steps.push(`while (${length} >= ${literal(glue.keep)}) ${leave}`);
}

/** Lets the oldest pane go, as `RingView.leave` does it. */
function leaveCode({ view, ring, lanes, parts }: PanedGlue, source: Source, record: RecordCode): string {
  const { head, oldest } = view.layout;
  const next = `${record.intAt(head)} = (head + 1) | 0`;
  const lines = [
    `const head = ${record.intAt(head)};`,
    ...lanes.map((lane) => `${source.ref(lane)}.seek(slot, head);`),
    ...parts.map((part) => `${source.ref(part)}.leave(slot);`),
    `const next = ${next};`,
  ];
  if (oldest !== null) {
    const isEmpty = `next === ${record.intAt(ring.tailOffset)}`;
    lines.push(`${record.floatAt(oldest)} = ${isEmpty} ? Infinity : ${source.ref(ring.times)}.of(slot, next);`);
  }
  return `{ ${lines.join(" ")} }`;
}

/** Writes how the event gets into the ring of whole windows; gives the arguments of its windows. */
function writeRing(group: Group, ring: EventRing, options: WindowCodeOptions): ArgumentCode[] {
  const { source, record, steps } = options;
  const plans = new Map<string, PlanExpr>();
  for (const { argNames, args } of group.windows) argNames.forEach((name, i) => plans.set(name, args[i]!));
  for (const lane of ring.lanes) {
    steps.push(`if (${isDue(lane, record)}) ${source.ref(ring)}.releaseLane(${source.ref(lane)}, slot, t);`);
  }
  const values = argumentsOf(
    ring.argNames.map((name) => plans.get(name)!),
    options,
  );
  // As `EventRing.push`.
  for (const { rings } of ring.lanes) steps.push(`${source.ref(rings)}.push(slot);`);
  if (ring.times !== null) steps.push(`${source.ref(ring.times)}.set(t);`);
  steps.push(`${record.intAt(ring.tailOffset)}++;`);
  for (const column of ring.columns) {
    if (column.arg === null) continue;
    const value = values[column.arg]!;
    steps.push(
      value.isNumber && column.putNumber !== undefined
        ? `${source.ref(column)}.putNumber(${value.name});`
        : `${source.ref(column)}.put(${valueCode(source, value)});`,
    );
  }
  return values;
}

/** Whether panes are to be let go of, as `EventRing.makeRoom` tells. */
function isDue({ rings, readers }: Lane, record: RecordCode): string {
  const { first, length, bits } = rings.layout;
  const arePast = readers.map(({ layout }) => {
    const past = `((${record.intAt(layout.head)} - ${record.intAt(first)}) | 0)`;
    return `2 * ${past} > ${record.intAt(length)} + ${SPARE_PANES}`;
  });
  return `${record.intAt(length)} === 1 << ${record.intAt(bits)} || (${arePast.join(" && ")})`;
}

/** Writes how a window takes in the event that is in its ring. */
function writeTaking(glue: PanedGlue, values: readonly ArgumentCode[], options: WindowCodeOptions): void {
  const { source, record, steps } = options;
  const { oldest } = glue.view.layout;
  if (oldest !== null) steps.push(`if (${record.floatAt(oldest)} === Infinity) ${record.floatAt(oldest)} = t;`);
  for (const part of glue.parts) steps.push(partCode(source, part, values));
  for (const recent of glue.recents.recents) {
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

function argumentsOf(args: readonly PlanExpr[], { source, code, steps }: WindowCodeOptions): ArgumentCode[] {
  return args.map((expr) => {
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
