import type { FieldPlan, StreamPlan, TypeName } from "../plan.ts";
import { maxTimeMs } from "../values/from-host.ts";
import { literal, quoted, Source } from "./source.ts";

/**
 * Gives the event time of an event that is as its stream declares, with a time in epoch milliseconds; NaN of any other, which has
 * to be read with more care.
 */
export type PlainReader = (event: Readonly<Record<string, unknown>>) => number;

export interface ReaderCode {
  readonly read: PlainReader;
  /** The field of the time. */
  readonly timeField: string;
  readonly text: string;
}

/** Code that reads events of a stream; `null` where none can be read so quickly. */
export function generateReader(stream: StreamPlan | undefined): ReaderCode | null {
  const time = stream?.time ?? null;
  if (time?.kind === "arrival" || (time?.kind === "field" && time.unit !== "MILLISECONDS")) return null;
  const timeField = time?.field ?? "ts";
  const fields = (stream?.fields ?? []).filter(({ name, type }) => type !== "ANY" && name !== timeField);
  if ([timeField, ...fields.map(({ name }) => name)].some((name) => name in Object.prototype)) return null;
  const source = new Source();
  source.line("return function read(d) {");
  source.line("let v;");
  for (const field of fields) {
    source.line(`v = d[${quoted(field.name)}];`);
    source.line(`if (${isOther(field)} && v !== undefined && v !== null) return NaN;`);
  }
  source.line(`v = d[${quoted(timeField)}];`);
  // Cut down to whole milliseconds; what no date can be is read, and refused, elsewhere.
  source.line(
    `return typeof v === "number" && v >= ${literal(-maxTimeMs)} && v <= ${literal(maxTimeMs)} ? Math.floor(v) : NaN;`,
  );
  source.line("};");
  return { read: source.build(new Map()) as PlainReader, timeField, text: source.text() };
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
