import { addToAlertHash, type Alert, emptyAlertHash, type Engine, type Plan, type SetAside } from "@weir/core";
import type { BadRecord } from "@weir/connectors/files";
import type { ReplayOptions } from "../commands/replay.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import type { Console } from "../terminal/console.ts";
import { createProgress, type Progress } from "../terminal/progress.ts";
import { AlertTable } from "./alert-table.ts";
import { BadInput } from "./bad-input.ts";
import { countsOf } from "./counts.ts";
import type { EventFile, FileEvent } from "./event-file.ts";
import { feed, type FeedTarget } from "./feed.ts";
import { LateEvents } from "./late-events.ts";
import { hashText, lateText, printSummary } from "./summary.ts";
import { Tally } from "./tally.ts";
import { answer, printAnswer } from "./why-answers.ts";
import type { WhyQuestion } from "./why-question.ts";

export interface RunOptions extends ReplayOptions {
  /** What `why` asks. */
  readonly questions: readonly WhyQuestion[];
}

/** One run of an engine over event files, from the first event to the summary. */
export class Replay implements FeedTarget {
  readonly #plan: Plan;
  readonly #files: readonly EventFile[];
  readonly #options: RunOptions;
  readonly #totalBytes: number | null;
  readonly #console: Console;
  readonly #bad: BadInput;
  readonly #late: LateEvents;
  readonly #tally = new Tally();
  readonly #table: AlertTable;
  readonly #progress: Progress;
  /** With `--strict`: what goes out only if all input is good. */
  readonly #held: Alert[] = [];
  #engine!: Engine;
  #file: EventFile | null = null;
  #line = 0;
  #pushed = 0;
  #hash = emptyAlertHash;
  readonly #startedAt = performance.now();

  constructor(
    plan: Plan,
    files: readonly EventFile[],
    options: RunOptions,
    totalBytes: number | null,
    console: Console,
  ) {
    this.#plan = plan;
    this.#files = files;
    this.#options = options;
    this.#totalBytes = totalBytes;
    this.#console = console;
    this.#bad = new BadInput(console);
    this.#late = new LateEvents(latenessInForce(plan, options));
    this.#table = new AlertTable(console);
    this.#progress = createProgress(console.err, () => performance.now());
  }

  async run(engine: Engine): Promise<ExitCode> {
    this.#engine = engine;
    await feed(this.#files, this.#plan, this);
    if (this.#isRefused) return this.#refuse();
    this.#take(engine.finish());
    if (this.#options.until !== undefined) this.#take(engine.advanceTo(this.#options.until));
    if (this.#isRefused) return this.#refuse();
    for (const alert of this.#held) {
      this.#write(alert);
      await this.#console.out.drain();
    }
    this.#progress.clear();
    this.#conclude();
    return this.#bad.files > 0 ? exitCode.input : exitCode.ok;
  }

  // ---------------------------------------------------------------- what feed() calls

  event(file: EventFile, { stream, event, line }: FileEvent): void {
    this.#file = file;
    this.#line = line;
    this.#pushed++;
    const alerts = this.#engine.push(stream, event, file.partition);
    if (alerts.length > 0) this.#take(alerts);
  }

  badRecord(file: EventFile, bad: BadRecord): void {
    this.#progress.clear();
    this.#bad.record(file.name, bad.line, bad.reason, bad.text, bad.records);
  }

  end(file: EventFile, error: unknown): void {
    this.#progress.clear();
    if (error !== null) this.#bad.file(file.name, error);
    this.#take(this.#engine.setIdle(file.partition));
  }

  async pause(): Promise<boolean> {
    this.#progress.show(() => this.#progressText());
    await this.#console.out.drain();
    return !this.#console.out.closed && !this.#isRefused;
  }

  /** What the engine sets aside while it takes the event at hand. */
  setAside(aside: SetAside): void {
    const file = this.#file?.name ?? "";
    if (aside.kind === "late") this.#late.add(`${file}:${this.#line}`, aside.reason, aside.behindMs ?? 0);
    else {
      this.#progress.clear();
      this.#bad.record(file, this.#line, aside.reason, this.#file?.lastText() ?? shortJson(aside.event));
    }
  }

  // ---------------------------------------------------------------- what goes out

  get #isRefused(): boolean {
    return this.#options.strict === true && this.#bad.records + this.#bad.files > 0;
  }

  #refuse(): ExitCode {
    this.#progress.clear();
    this.#console.complain("the input is bad, and with --strict nothing is put out");
    return exitCode.input;
  }

  #take(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      this.#hash = addToAlertHash(this.#hash, alert);
      if (this.#options.strict === true) this.#held.push(alert);
      else this.#write(alert);
    }
  }

  #write(alert: Alert): void {
    if (this.#options.json === true) {
      this.#console.out.write(`${JSON.stringify(alert)}\n`);
      return;
    }
    this.#progress.clear();
    this.#tally.add(alert);
    this.#table.add(alert, this.#options.explain === true ? this.#engine.why(alert.id) : null);
  }

  #conclude(): void {
    const { err } = this.#console;
    const stats = this.#engine.stats();
    const counts = countsOf(stats, this.#bad.records);
    this.#bad.finish();
    const answers = this.#options.questions.map((question) => answer(this.#engine, question));
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
    const seconds = (performance.now() - this.#startedAt) / 1000;
    printSummary(
      { plan: this.#plan, stats, counts, tally: this.#tally, late: this.#late, hash: this.#hash, seconds },
      this.#console,
    );
    for (const one of answers) printAnswer(one, this.#console);
  }

  #progressText(): string {
    const read = this.#files.reduce((sum, file) => sum + file.bytesRead, 0);
    const share = this.#totalBytes === null ? "" : `${Math.floor((100 * read) / Math.max(1, this.#totalBytes))} %, `;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    return `${share}${this.#pushed} events, ${Math.round(this.#pushed / seconds)} a second`;
  }
}

const shownJson = 120;

function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > shownJson ? `${text.slice(0, shownJson)}…` : text;
}

/** As the engine decides it: the largest LATENESS of the rules, else the option. A PARAM's value is not looked up. */
function latenessInForce(plan: Plan, options: ReplayOptions): number {
  const declared = plan.streams.flatMap(({ lateness }) => (typeof lateness === "number" ? [lateness] : []));
  return declared.length > 0 ? Math.max(...declared) : (options.lateness ?? 0);
}
