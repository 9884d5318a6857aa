import type { Alert, Engine, Plan, SetAside } from "@weir/core";
import type { BadRecord } from "@weir/connectors/files";
import type { ReplayOptions } from "../commands/replay.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Console } from "../terminal/console.ts";
import type { EventFile, FileEvent } from "./event-file.ts";
import { feed, type FeedTarget } from "./feed.ts";
import { ReplayOutput } from "./replay-output.ts";
import { shortJson } from "./short-json.ts";
import { answer } from "./why-answers.ts";
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
  readonly #output: ReplayOutput;
  #engine!: Engine;
  #file: EventFile | null = null;
  #line = 0;
  #pushed = 0;

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
    this.#output = new ReplayOutput(plan, options, console, ({ id }) =>
      options.explain === true ? this.#engine.why(id) : null,
    );
  }

  async run(engine: Engine): Promise<ExitCode> {
    this.#engine = engine;
    await feed(this.#files, this.#plan, this);
    if (!this.#output.isRefused) {
      this.#take(engine.finish());
      if (this.#options.until !== undefined) this.#take(engine.advanceTo(this.#options.until));
    }
    return this.#output.finish(
      () => engine.stats(),
      () => this.#options.questions.map((question) => answer(engine, question)),
    );
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
    this.#output.badRecord(file.name, bad.line, bad.reason, bad.text, bad.records);
  }

  end(file: EventFile, error: unknown): void {
    if (error !== null) this.#output.badFile(file.name, error);
    this.#take(this.#engine.setIdle(file.partition));
  }

  pause(): Promise<boolean> {
    return this.#output.pause(() => {
      const read = this.#files.reduce((sum, file) => sum + file.bytesRead, 0);
      return {
        pushed: this.#pushed,
        read: this.#totalBytes === null ? null : read / Math.max(1, this.#totalBytes),
      };
    });
  }

  /** What the engine sets aside while it takes the event at hand. */
  setAside(aside: SetAside): void {
    const file = this.#file?.name ?? "";
    if (aside.kind === "late") this.#output.late(`${file}:${this.#line}`, aside.reason, aside.behindMs ?? 0);
    else this.#output.badRecord(file, this.#line, aside.reason, this.#file?.lastText() ?? shortJson(aside.event));
  }

  #take(alerts: readonly Alert[]): void {
    this.#output.take(alerts);
  }
}
