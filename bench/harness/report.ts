import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", "results");
const keptFile = join(folder, "kept.json");
const lastFile = join(folder, "last.json");

/** One figure; smaller is better where the unit is a time or a size. */
export interface Figure {
  readonly value: number;
  readonly unit: "ns/event" | "events/s" | "bytes/key" | "bytes/event" | "MB" | "ms" | "µs" | "×" | "%";
}

/** What a figure is meant to be. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** Prints the figures of benchmarks as tables beside those that were kept, and writes them as JSON. */
export class Report {
  readonly #kept: Readonly<Record<string, Figure>> = existsSync(keptFile)
    ? (JSON.parse(readFileSync(keptFile, "utf8")) as Record<string, Figure>)
    : {};
  readonly #figures: Record<string, Figure> = {};
  #bench = "";

  begin(bench: string): void {
    this.#bench = bench;
    console.log(`\n${bench}`);
  }

  heading(text: string): void {
    console.log(`\n  ${text}`);
  }

  row(name: string, value: number, unit: Figure["unit"], goal?: Goal): void {
    const id = `${this.#bench}: ${name}`;
    this.#figures[id] = { value, unit };
    const kept = this.#kept[id];
    const change =
      kept === undefined || kept.unit !== unit
        ? ""
        : `  kept ${numberText(kept.value)} (${changeText(value, kept.value)})`;
    const figure = `${numberText(value).padStart(12)} ${unit.padEnd(11)}`;
    console.log(`    ${name.padEnd(56)} ${figure}${goal === undefined ? "" : goalText(goal, value)}${change}`);
  }

  /** Writes the figures; with `keep` they are what later runs are compared with. */
  finish(keep: boolean): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(lastFile, `${JSON.stringify(this.#figures, null, 2)}\n`);
    if (keep) writeFileSync(keptFile, `${JSON.stringify({ ...this.#kept, ...this.#figures }, null, 2)}\n`);
    console.log(`\nwritten to bench/results/last.json${keep ? ", and kept" : "; --keep keeps them"}`);
  }
}

function numberText(x: number): string {
  return Math.abs(x) >= 1000 ? Math.round(x).toLocaleString("en") : x.toPrecision(3);
}

function goalText(goal: Goal, value: number): string {
  const [sign, bound] = "atMost" in goal ? ["≤", goal.atMost] : ["≥", goal.atLeast];
  const isReached = "atMost" in goal ? value <= bound : value >= bound;
  return `goal ${sign} ${numberText(bound)}${isReached ? "" : ": not reached"}  `;
}

function changeText(now: number, before: number): string {
  const percent = Math.round((now / before - 1) * 100);
  return `${percent >= 0 ? "+" : ""}${percent} %`;
}
