import { once } from "node:events";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { createShard, EngineOptionError, type EngineShard, fieldsRead, type SetAside } from "@weir/core";
import { type BadRecord, ReadError } from "@weir/connectors/files";
import { EventFile, type FileEvent } from "../event-file.ts";
import { feed, type FeedTarget } from "../feed.ts";
import { ChunkSource } from "./chunk-source.ts";
import { shortJson } from "../short-json.ts";
import {
  type FromWorker,
  type InputReport,
  type InputTrouble,
  mostUntaken,
  type ToWorker,
  type WorkerTask,
} from "./worker-messages.ts";

/** One shard over all events, of which it reads in full those of its keys: a thread of a replay with several. */
class ReplayWorker implements FeedTarget {
  readonly #task: WorkerTask;
  readonly #port: MessagePort;
  readonly #files: readonly EventFile[];
  readonly #sources: readonly ChunkSource[];
  readonly #shard: EngineShard;
  #file: EventFile | null = null;
  #line = 0;
  #pushed = 0;
  #untaken = 0;
  #stopped = false;
  #troubles: InputTrouble[] = [];
  #late: InputReport["late"][number][] = [];

  constructor(task: WorkerTask, port: MessagePort) {
    this.#task = task;
    this.#port = port;
    this.#shard = createShard(
      task.plan,
      {
        params: task.params,
        tables: task.tables,
        partitions: task.paths.length,
        ...(task.lateness === null ? {} : { lateness: task.lateness }),
        ...(this.#isFirst ? { onSetAside: (aside: SetAside) => this.#setAside(aside) } : {}),
      },
      task.index,
      task.count,
    );
    const fields = new Set([...fieldsRead(task.plan), "stream"]);
    const { share } = this.#shard;
    const skim = { ...share, fields: new Set([...share.fields, "stream"]) };
    this.#sources = task.paths.map((_, file) => new ChunkSource(() => this.#send({ kind: "want", file })));
    this.#files = task.paths.map(
      (path, partition) =>
        new EventFile(path, partition, task.stream, { fields, skim, source: this.#sources[partition]!.bytes() }),
    );
    port.on("message", (message: ToWorker) => {
      if (message === "stop") this.#stopped = true;
      else if (message === "taken") this.#untaken--;
      else this.#sources[message.file]!.add(message);
    });
  }

  async run(): Promise<void> {
    await feed(this.#files, this.#task.plan, this);
    const { engine } = this.#shard;
    engine.finish();
    if (this.#task.until !== null) engine.advanceTo(this.#task.until);
    this.#sendPart();
    this.#send({ kind: "end", stats: engine.stats() });
  }

  event(file: EventFile, { stream, event, line, isSkimmed }: FileEvent): void {
    this.#file = file;
    this.#line = line;
    this.#pushed++;
    const shard = this.#shard;
    const isOthers = isSkimmed || !shard.share.isOwn(stream, event);
    if (isOthers && shard.pass(stream, event, file.partition)) return;
    shard.engine.push(stream, isSkimmed ? file.takenWhole() : event, file.partition);
  }

  badRecord(file: EventFile, { line, reason, text, records }: BadRecord): void {
    if (this.#isFirst) this.#troubles.push({ kind: "record", file: file.name, line, reason, text, records });
    this.#stopIfStrict();
  }

  end(file: EventFile, error: unknown): void {
    if (error !== null) {
      if (!(error instanceof ReadError)) throw new Error(`${file.name} could not be read`, { cause: error });
      const { code, message, hint } = error;
      if (this.#isFirst) this.#troubles.push({ kind: "file", file: file.name, code, message, hint });
      this.#stopIfStrict();
    }
    this.#shard.engine.setIdle(file.partition);
  }

  async pause(): Promise<boolean> {
    this.#sendPart();
    while (this.#untaken >= mostUntaken && !this.#stopped) await once(this.#port, "message");
    return !this.#stopped;
  }

  /** All see the same input: the first speaks of it. */
  get #isFirst(): boolean {
    return this.#task.index === 0;
  }

  #stopIfStrict(): void {
    if (this.#task.strict) this.#stopped = true;
  }

  #setAside(aside: SetAside): void {
    const file = this.#file?.name ?? "";
    const line = this.#line;
    if (aside.kind === "late") {
      this.#late.push({ place: `${file}:${line}`, reason: aside.reason, behindMs: aside.behindMs ?? 0 });
      return;
    }
    const text = this.#file?.lastText() ?? shortJson(aside.event);
    this.#troubles.push({ kind: "record", file, line, reason: aside.reason, text, records: 1 });
    this.#stopIfStrict();
  }

  #sendPart(): void {
    this.#untaken++;
    const placed = this.#shard.take();
    this.#send({
      kind: "part",
      alerts: placed.length,
      placed: JSON.stringify(placed),
      reached: this.#shard.reached(),
      input: this.#isFirst ? this.#takeInput() : null,
    });
  }

  #takeInput(): InputReport {
    const report = {
      pushed: this.#pushed,
      troubles: this.#troubles,
      late: this.#late,
    };
    this.#troubles = [];
    this.#late = [];
    return report;
  }

  #send(message: FromWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node, not a window
    this.#port.postMessage(message);
  }
}

const port = parentPort;
if (port === null) throw new Error("this module is run by a worker thread");
try {
  await new ReplayWorker(workerData as WorkerTask, port).run();
} catch (error) {
  if (!(error instanceof EngineOptionError)) throw error;
  port.postMessage({ kind: "refused", message: error.message } satisfies FromWorker);
}
port.close();
