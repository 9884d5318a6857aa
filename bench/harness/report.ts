/** What a figure is counted in. */
export type Unit = "ns/event" | "events/s" | "bytes/key" | "bytes/event" | "MB" | "ms" | "µs" | "×" | "%";

/** What a figure is meant to be. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** What a benchmark says, in its order. */
export type Entry =
  | { readonly kind: "heading"; readonly text: string }
  | {
      readonly kind: "row";
      readonly name: string;
      readonly values: readonly number[];
      readonly unit: Unit;
      readonly goal: Goal | null;
    }
  | { readonly kind: "left out"; readonly what: string; readonly why: string };

/** Takes the figures of a benchmark. */
export class Report {
  readonly #say: (entry: Entry) => void;

  constructor(say: (entry: Entry) => void) {
    this.#say = say;
  }

  heading(text: string): void {
    this.#say({ kind: "heading", text });
  }

  /** A figure, or what was measured of it in each round: then the median and the range are shown. */
  row(name: string, value: number | readonly number[], unit: Unit, goal?: Goal): void {
    const values = typeof value === "number" ? [value] : value;
    this.#say({ kind: "row", name, values, unit, goal: goal ?? null });
  }

  /** What is not measured here, and why not. */
  leaveOut(what: string, why: string): void {
    this.#say({ kind: "left out", what, why });
  }
}
