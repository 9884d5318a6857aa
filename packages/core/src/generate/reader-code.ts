import type { FieldPlan, StreamPlan, TypeName } from "../plan.ts";
import { maxTimeMs } from "../values/from-host.ts";
import { literal, quoted, Source } from "./source.ts";

/** Reads events that are as their stream declares, with a time in epoch milliseconds. */
export interface PlainReader {
  /** The event time; NaN of any other event, which has to be read with more care. */
  readonly read: (event: Readonly<Record<string, unknown>>) => number;
  /** The field of the time. */
  readonly timeField: string;
  /** The code; `null` of a closure. */
  readonly text: string | null;
}

/** Makes the reader of plain events of a stream, with code or as a closure; `null` where none can be read so quickly. */
export function plainReader(stream: StreamPlan | undefined, generate: boolean): PlainReader | null {
  const time = stream?.time ?? null;
  if (time?.kind === "arrival" || (time?.kind === "field" && time.unit !== "MILLISECONDS")) return null;
  const timeField = time?.field ?? "ts";
  const fields = (stream?.fields ?? []).filter(({ name, type }) => type !== "ANY" && name !== timeField);
  if ([timeField, ...fields.map(({ name }) => name)].some((name) => name in Object.prototype)) return null;
  return generate ? generated(timeField, fields) : interpreted(timeField, fields);
}

function generated(timeField: string, fields: readonly FieldPlan[]): PlainReader {
  const source = new Source();
  source.line("return function read(d) {");
  // First: where times are texts nothing else has to be looked at.
  source.line(`const t = d[${quoted(timeField)}];`);
  // Cut down to whole milliseconds; what no date can be is read, and refused, elsewhere.
  source.line(`if (!(typeof t === "number" && t >= ${literal(-maxTimeMs)} && t <= ${literal(maxTimeMs)})) return NaN;`);
  if (fields.length > 0) source.line("let v;");
  for (const field of fields) {
    source.line(`v = d[${quoted(field.name)}];`);
    source.line(`if (${isOther(field)} && v !== undefined && v !== null) return NaN;`);
  }
  source.line("return Math.floor(t);");
  source.line("};");
  return { read: source.build(new Map()) as PlainReader["read"], timeField, text: source.text() };
}

/** Whether the value has to be converted, or is not of the type. */
function isOther({ type, fields }: FieldPlan): string {
  switch (type satisfies TypeName) {
    case "STRING":
      return 'typeof v !== "string"';
    case "NUMBER":
      return '!(typeof v === "number" && v - v === 0)';
    case "BOOLEAN":
      return 'typeof v !== "boolean"';
    case "LIST":
      return "!Array.isArray(v)";
    case "OBJECT":
      return fields === undefined
        ? '!(typeof v === "object" && Object.getPrototypeOf(v) === Object.prototype)'
        : "true";
    default:
      return "true";
  }
}

function interpreted(timeField: string, fields: readonly FieldPlan[]): PlainReader {
  const tests = fields.map((field) => ({ name: field.name, isPlain: plainTest(field) }));
  const read: PlainReader["read"] = (event) => {
    const time = event[timeField];
    if (!(typeof time === "number" && Math.abs(time) <= maxTimeMs)) return Number.NaN;
    for (const { name, isPlain } of tests) {
      const value = event[name];
      if (value !== undefined && value !== null && !isPlain(value)) return Number.NaN;
    }
    return Math.floor(time);
  };
  return { read, timeField, text: null };
}

/** The contrary of `isOther`. */
function plainTest({ type, fields }: FieldPlan): (value: unknown) => boolean {
  switch (type satisfies TypeName) {
    case "STRING":
      return (value) => typeof value === "string";
    case "NUMBER":
      return Number.isFinite;
    case "BOOLEAN":
      return (value) => typeof value === "boolean";
    case "LIST":
      return Array.isArray;
    case "OBJECT":
      return (value) =>
        fields === undefined && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
    default:
      return () => false;
  }
}
