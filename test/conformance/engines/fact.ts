/** What a published test of another engine states, said in Weir's words. */
export interface Fact {
  readonly name: string;
  /** The class or file of the test, and the test in it. */
  readonly origin: string;
  readonly rules: string;
  /** `1000 a x=1 s=IBM; 2000 b`: the time in ms, the stream, the fields. */
  readonly events: string;
  /** In the same way: the time of an alert, and fields of its key and data; all alerts, in order. */
  readonly expect?: string;
  /** The code of the error that refuses the rule, where Weir has no such pattern. */
  readonly refused?: string;
  readonly until?: number;
  /** What Weir means instead, and why. */
  readonly differs?: string;
}

export interface Line {
  readonly time: number;
  readonly stream: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function readEvents(text: string): readonly Line[] {
  return linesOf(text).map(([time = "", stream = "", ...fields]) => ({
    time: Number(time),
    stream,
    fields: readFields(fields),
  }));
}

export function readAlerts(text: string): readonly Omit<Line, "stream">[] {
  return linesOf(text).map(([time = "", ...fields]) => ({ time: Number(time), fields: readFields(fields) }));
}

function linesOf(text: string): readonly (readonly string[])[] {
  return text
    .split(/[;\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => line.split(/ +/));
}

function readFields(fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => {
      const [name = "", value = ""] = field.split("=");
      return [name, readValue(value)];
    }),
  );
}

function readValue(text: string): unknown {
  if (text === "null") return null;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
