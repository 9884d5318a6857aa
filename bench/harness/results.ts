import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Machine, machineText } from "./machine.ts";
import { median } from "./measure.ts";
import type { Entry, Goal, Unit } from "./report.ts";
import { isQuick } from "./scale.ts";

const folder = join(import.meta.dirname, "..", "results");
const keptFile = join(folder, "kept.json");
const lastFile = join(folder, "last.json");

/** The median of what was measured, and between what it lay. */
interface Figure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly unit: Unit;
  readonly goal?: Goal;
}

interface Run {
  readonly machine: Machine;
  readonly figures: Readonly<Record<string, Figure>>;
}

/** Figures of small runs are compared with those of small runs. */
type Kept = Readonly<Partial<Record<"quick" | "full", Run>>>;

/** Says the same on any machine: these figures are compared with those that were kept. Others are only shown. */
const comparable: ReadonlySet<Unit> = new Set<Unit>(["×", "bytes/key", "bytes/event"]);
/** By how much a figure has to be worse to be named at the end: what one run differs from another is less. */
const noticed = 1.25;

/** Prints the figures of benchmarks as tables beside those that were kept, and writes them as JSON. */
export class Results {
  readonly #machine: Machine;
  readonly #mode = isQuick ? "quick" : "full";
  readonly #kept: Kept = existsSync(keptFile) ? (JSON.parse(readFileSync(keptFile, "utf8")) as Kept) : {};
  readonly #figures: Record<string, Figure> = {};
  readonly #missed: string[] = [];
  readonly #worse: string[] = [];
  readonly #leftOut: string[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
    console.log(machineText(machine));
    const kept = this.#kept[this.#mode];
    if (kept !== undefined) console.log(`kept: ${machineText(kept.machine)}`);
  }

  /** What a benchmark said, in each of its runs. */
  add(bench: string, runs: readonly (readonly Entry[])[]): void {
    console.log(`\n${bench}`);
    for (const [i, entry] of (runs[0] ?? []).entries()) {
      if (entry.kind === "heading") console.log(`\n  ${entry.text}`);
      else if (entry.kind === "left out") this.#leaveOut(`${entry.what}: ${entry.why}`);
      else {
        const values = runs.flatMap((run) => {
          const other = run[i];
          return other?.kind === "row" ? other.values : [];
        });
        this.#row(bench, entry.name, values, entry.unit, entry.goal);
      }
    }
  }

  /** A benchmark that ended before its time. */
  addFailure(bench: string, why: string): void {
    console.log(`\n${bench}`);
    this.#leaveOut(`${bench}: ${why}`);
  }

  /** Writes the figures; with `keep` they are what later runs are compared with. */
  finish(keep: boolean): void {
    mkdirSync(folder, { recursive: true });
    const run: Run = { machine: this.#machine, figures: this.#figures };
    write(lastFile, { [this.#mode]: run } satisfies Kept);
    if (keep) {
      const figures = { ...this.#kept[this.#mode]?.figures, ...this.#figures };
      write(keptFile, { ...this.#kept, [this.#mode]: { machine: this.#machine, figures } } satisfies Kept);
    }
    list("goals that are not reached", this.#missed);
    list(`worse than what was kept by more than ${Math.round(100 * (noticed - 1))} %`, this.#worse);
    list("left out", this.#leftOut);
    console.log(`\nwritten to bench/results/last.json${keep ? ", and kept" : "; --keep keeps them"}`);
  }

  #leaveOut(text: string): void {
    console.log(`    left out: ${text}`);
    this.#leftOut.push(text);
  }

  #row(bench: string, name: string, values: readonly number[], unit: Unit, goal: Goal | null): void {
    const id = `${bench}: ${name} (${unit})`;
    const value = median(values);
    const figure = { value, low: Math.min(...values), high: Math.max(...values), unit };
    this.#figures[id] = goal === null ? figure : { ...figure, goal };
    if (goal !== null && !isReached(goal, value)) this.#missed.push(`${id}: ${numberText(value)}, ${goalText(goal)}`);
    const kept = this.#kept[this.#mode]?.figures[id];
    const parts = [
      `    ${name.padEnd(56)} ${numberText(value).padStart(12)} ${unit.padEnd(11)}`,
      spreadText(figure),
      goal === null ? "" : `goal ${goalText(goal)}${isReached(goal, value) ? "" : ": not reached"}`,
      kept === undefined
        ? ""
        : `kept ${numberText(kept.value)}${comparable.has(unit) ? changeText(value, kept.value) : ""}`,
    ];
    if (kept !== undefined && comparable.has(unit)) this.#compare(id, value, kept.value, goal);
    console.log(
      parts
        .filter((part) => part !== "")
        .join("  ")
        .trimEnd(),
    );
  }

  #compare(id: string, now: number, before: number, goal: Goal | null): void {
    const isMoreBetter = goal !== null && "atLeast" in goal;
    const worse = isMoreBetter ? before / now : now / before;
    if (worse > noticed) this.#worse.push(`${id}: ${numberText(now)}, kept ${numberText(before)}`);
  }
}

function write(file: string, kept: Kept): void {
  writeFileSync(file, `${JSON.stringify(kept, (_, value: unknown) => rounded(value), 2)}\n`);
}

function rounded(value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(4)) : value;
}

function list(title: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`\n${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

function isReached(goal: Goal, value: number): boolean {
  return "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast;
}

function goalText(goal: Goal): string {
  return "atMost" in goal ? `≤ ${numberText(goal.atMost)}` : `≥ ${numberText(goal.atLeast)}`;
}

function spreadText({ low, high }: Pick<Figure, "low" | "high">): string {
  return low === high ? "" : `${numberText(low)} to ${numberText(high)}`;
}

function numberText(x: number): string {
  return Math.abs(x) >= 1000 ? Math.round(x).toLocaleString("en") : x.toPrecision(3);
}

function changeText(now: number, before: number): string {
  const percent = Math.round((now / before - 1) * 100);
  return ` (${percent >= 0 ? "+" : ""}${percent} %)`;
}
