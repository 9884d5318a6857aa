import { addToAlertHash, type Alert, emptyAlertHash, type EngineStats, type Plan, type Why } from "@weir/core";
import { type ExitCode, exitCode } from "../exit-code.ts";
import type { Console } from "../terminal/console.ts";
import { createProgress, type Progress } from "../terminal/progress.ts";
import { AlertTable } from "./alert-table.ts";
import { BadInput } from "./bad-input.ts";
import { countsOf } from "./counts.ts";
import { LateEvents } from "./late-events.ts";
import { hashText, lateText, printSummary } from "./summary.ts";
import { Tally } from "./tally.ts";
import { printAnswer, type WhyAnswer } from "./why-answers.ts";

export interface OutputOptions {
  readonly json?: boolean;
  readonly strict?: boolean;
  /** Milliseconds. */
  readonly lateness?: number;
}

/** What a replay says: alerts in their order, what is wrong with the input, the counts and the summary. */
export class ReplayOutput {
  readonly #plan: Plan;
  readonly #options: OutputOptions;
  readonly #console: Console;
  /** What the condition of an alert came to, where that is to be shown. */
  readonly #why: (alert: Alert) => Why | null;
  readonly #bad: BadInput;
  readonly #late: LateEvents;
  readonly #tally = new Tally();
  readonly #table: AlertTable;
  readonly #progress: Progress;
  /** With `--strict`: what goes out only if all input is good. */
  readonly #held: Alert[] = [];
  #hash = emptyAlertHash;
  readonly #startedAt = performance.now();

  constructor(plan: Plan, options: OutputOptions, console: Console, why: (alert: Alert) => Why | null = () => null) {
    this.#plan = plan;
    this.#options = options;
    this.#console = console;
    this.#why = why;
    this.#bad = new BadInput(console);
    this.#late = new LateEvents(latenessInForce(plan, options));
    this.#table = new AlertTable(console);
    this.#progress = createProgress(console.err, () => performance.now());
  }

  get isRefused(): boolean {
    return this.#options.strict === true && this.#bad.records + this.#bad.files > 0;
  }

  take(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      this.#hash = addToAlertHash(this.#hash, alert);
      if (this.#options.strict === true) this.#held.push(alert);
      else this.#write(alert);
    }
  }

  badRecord(file: string, line: number, reason: string, text: string, records?: number): void {
    this.#progress.clear();
    this.#bad.record(file, line, reason, text, records);
  }

  badFile(name: string, error: unknown): void {
    this.#progress.clear();
    this.#bad.file(name, error);
  }

  late(place: string, reason: string, behindMs: number): void {
    this.#late.add(place, reason, behindMs);
  }

  /** A moment to write, and to say how far things are; `false` where nothing more is wanted. */
  async pause(share: () => { readonly pushed: number; readonly read: number | null }): Promise<boolean> {
    this.#progress.show(() => {
      const { pushed, read } = share();
      const percent = read === null ? "" : `${Math.floor(100 * read)} %, `;
      return `${percent}${pushed} events, ${Math.round(pushed / this.#seconds)} a second`;
    });
    await this.#console.out.drain();
    return !this.#console.out.closed && !this.isRefused;
  }

  /** All is said but the end. */
  async finish(stats: () => EngineStats, answers: () => readonly WhyAnswer[] = () => []): Promise<ExitCode> {
    this.#progress.clear();
    if (this.isRefused) {
      this.#console.complain("the input is bad, and with --strict nothing is put out");
      return exitCode.input;
    }
    for (const alert of this.#held) {
      this.#write(alert);
      await this.#console.out.drain();
    }
    this.#progress.clear();
    this.#conclude(stats(), answers());
    return this.#bad.files > 0 ? exitCode.input : exitCode.ok;
  }

  get #seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  #write(alert: Alert): void {
    if (this.#options.json === true) {
      this.#console.out.write(`${JSON.stringify(alert)}\n`);
      return;
    }
    this.#progress.clear();
    this.#tally.add(alert);
    this.#table.add(alert, this.#why(alert));
  }

  #conclude(stats: EngineStats, answers: readonly WhyAnswer[]): void {
    const { err } = this.#console;
    const counts = countsOf(stats, this.#bad.records);
    this.#bad.finish();
    if (this.#options.json === true) {
      if (counts.late > 0) err.write(`${lateText(this.#late, counts.events)}\n`);
      for (const hint of stats.hints) err.write(`hint: ${hint}\n`);
      err.write(`${hashText(this.#hash)}\n`);
      for (const { question, whyNot, nearMisses } of answers) {
        err.write(`${JSON.stringify({ why: question, whyNot, nearMisses })}\n`);
      }
      err.write(`${JSON.stringify(counts)}\n`);
      return;
    }
    this.#table.flush();
    printSummary(
      {
        plan: this.#plan,
        stats,
        counts,
        tally: this.#tally,
        late: this.#late,
        hash: this.#hash,
        seconds: this.#seconds,
      },
      this.#console,
    );
    for (const one of answers) printAnswer(one, this.#console);
  }
}

/** As the engine decides it: the largest LATENESS of the rules, else the option. A PARAM's value is not looked up. */
function latenessInForce(plan: Plan, options: OutputOptions): number {
  const declared = plan.streams.flatMap(({ lateness }) => (typeof lateness === "number" ? [lateness] : []));
  return declared.length > 0 ? Math.max(...declared) : (options.lateness ?? 0);
}
