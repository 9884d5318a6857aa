import type { Host } from "../contracts/host.ts";
import { LogError } from "../contracts/log-error.ts";
import type { Log, TopicPartition, TransactionalProducer } from "../contracts/log.ts";
import type { StoredTask } from "../contracts/state-store.ts";
import type { AcquireStep, CommitStep, PipelineObserver } from "../contracts/observer.ts";
import type { PipelineOptions, PipelineSettings } from "../contracts/pipeline.ts";
import type { Policy } from "../policy/policy.ts";
import { sleep } from "../policy/sleep.ts";
import { sameVersion } from "../stores/memory-store.ts";
import { Acknowledger } from "./acknowledger.ts";
import { type StateMeta, writeMetadata } from "./commit-metadata.ts";
import { committedPoint } from "./committed-point.ts";
import type { CommittedPoint, Committer, Held, PendingCommit, Taken } from "./committer.ts";
import { type TaskNames, uniqueName } from "./task-names.ts";
import type { TaskStore } from "./task-store.ts";

export interface ExactlyOnceOptions {
  readonly names: TaskNames;
  readonly group: string;
  readonly inputs: readonly TopicPartition[];
  readonly log: Log;
  readonly policy: Policy;
  readonly store: TaskStore;
  readonly host: Host;
  readonly transactionTimeoutMs: number;
  /** How long a step of a transaction is tried again while the log says that it is not ready for it. */
  readonly publishMs: number;
  readonly observer: PipelineObserver;
  /** Tells an input that is no log what was committed. */
  readonly acknowledge?: (meta: StateMeta) => Promise<void>;
}

/** With what the options of a pipeline say of it. */
export function createExactlyOnce(
  { host, observer = (): void => {}, policies }: PipelineOptions,
  { transactionTimeoutMs }: PipelineSettings,
  given: Pick<ExactlyOnceOptions, "names" | "group" | "inputs" | "log" | "policy" | "store" | "acknowledge">,
): ExactlyOnceCommitter {
  const publishMs = (policies?.log?.timeoutMs ?? 30_000) / 2;
  return new ExactlyOnceCommitter({ ...given, host, observer, transactionTimeoutMs, publishMs });
}

/** How long to wait where the log has not finished the last transaction yet. */
const notReadyMs = 15;

/**
 * Exactly once: outputs and offsets in one transaction, whose outcome decides for the staged state.
 *
 *   take     F  a new fence in the store             commit   2  stage the state, and meanwhile
 *            I  a new producer of the task's id               3  send outputs       } one
 *            R  the committed offset                          4  send the offsets   } transaction
 *            then the state that it names                     5  commit it: the decision
 *                                                             6  promote the state
 *
 * The order F, I, R is the only one of the six that is safe: with the fence written before, an owner that was fenced later cannot
 * stage what this one does not see; with the producer made before, the offset that is read is final.
 */
export class ExactlyOnceCommitter implements Committer {
  readonly delivery = "exactly-once";
  readonly #options: ExactlyOnceOptions;
  #producer: TransactionalProducer | null = null;
  #collected = false;
  readonly #acknowledger: Acknowledger | null;

  constructor(options: ExactlyOnceOptions) {
    this.#options = options;
    const { host, acknowledge } = options;
    this.#acknowledger =
      acknowledge === undefined ? null : new Acknowledger({ host, acknowledge, onTold: (): void => {} });
  }

  async take(held: Held | null): Promise<Taken> {
    const { log, policy, store, group, inputs, host, names, transactionTimeoutMs } = this.#options;
    await this.#dropProducer();
    this.#collected = false;
    await store.acquire(uniqueName(host.clock.now(), host.random));
    this.#acquireStep("fence");
    this.#producer = await policy.run(
      "making a transactional producer",
      () => log.transactionalProducer(names.transactionalId, transactionTimeoutMs),
      { discard: (late) => void late.close() },
    );
    this.#acquireStep("init");
    const point = await committedPoint(log, policy, group, inputs);
    this.#acquireStep("committed");
    const stored = await store.read();
    this.#acknowledgeTaken(point, stored);
    const commit = point.metadata?.commit ?? "";
    const memory =
      held === null
        ? "stale"
        : commit === held.commit
          ? "undecided"
          : held.pending !== null && commit === held.pending.token
            ? "decided"
            : "stale";
    return { point, stored, memory };
  }

  async commit(pending: PendingCommit, decided: () => void): Promise<void> {
    const { store, group, inputs, policy } = this.#options;
    const producer = this.#producer;
    if (producer === null) {
      throw new LogError("the task has no producer", { kind: "unknown-outcome", code: "no-producer" });
    }
    const { batch, delta, positions, metadata } = pending;
    const step = (name: CommitStep): void => this.#commitStep(name, metadata.state.version);
    step("evaluate");
    const once = <T>(what: string, call: () => Promise<T>): Promise<T> => policy.run(what, call, { once: true });
    const stage = async (): Promise<void> => {
      if (delta !== null) await store.stage(delta);
      step("stage");
    };
    const send = async (): Promise<void> => {
      await once("beginning a transaction", () => this.#whenReady(producer, () => producer.begin()));
      if (batch.messages.length > 0) {
        await once("sending outputs", () => this.#whenReady(producer, () => producer.send(batch.messages)));
      }
      step("send");
    };
    // Neither waits for the other: nothing is decided before both are done. Where one fails, the other still has to end.
    for (const outcome of await Promise.allSettled([stage(), send()])) {
      if (outcome.status === "rejected") throw outcome.reason;
    }
    const text = writeMetadata(metadata);
    const offsets = inputs.map((input, i) => ({ ...input, offset: positions[i]!, metadata: text }));
    await once("sending offsets", () => this.#whenReady(producer, () => producer.sendOffsets(group, offsets)));
    step("offsets");
    await once("committing a transaction", () => producer.commit());
    decided();
    step("decide");
    if (delta !== null) await store.promote(delta.to);
    step("promote");
    this.#acknowledger?.tell({ ...metadata, positions });
    if (!this.#collected && delta !== null) {
      // Stages of earlier owners: only now is it certain that none of them was decided for.
      await store.collect(delta.to.version);
      this.#collected = true;
    }
    step("done");
  }

  async close(): Promise<void> {
    await this.#dropProducer();
    await this.#acknowledger?.close();
  }

  /** The last owner may have ended before it could say so. What the state of is lost is not told of. */
  #acknowledgeTaken({ metadata, positions }: CommittedPoint, { base, staged }: StoredTask): void {
    const [position] = positions;
    if (metadata === null || position === null || position === undefined) return;
    if (![...(base === null ? [] : [base]), ...staged].some((version) => sameVersion(version, metadata.state))) return;
    this.#acknowledger?.tell({ ...metadata, positions: [position] });
  }

  async #dropProducer(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.close();
  }

  /** Makes a call again for a while where the log says that it did nothing yet: the last transaction is being finished. */
  async #whenReady<T>(producer: TransactionalProducer, call: () => Promise<T>): Promise<T> {
    const { host, publishMs } = this.#options;
    const until = host.clock.now() + publishMs;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof LogError) || error.kind !== "retriable" || host.clock.now() >= until) throw error;
        await sleep(host.clock, notReadyMs);
        // The wait for it may have been given up meanwhile.
        if (this.#producer !== producer) throw error;
      }
    }
  }

  #acquireStep(step: AcquireStep): void {
    this.#options.observer({ kind: "acquire-step", task: this.#options.names.task, step });
  }

  #commitStep(step: CommitStep, version: number): void {
    this.#options.observer({ kind: "commit-step", task: this.#options.names.task, step, version });
  }
}
