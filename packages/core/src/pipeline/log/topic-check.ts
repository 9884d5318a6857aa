import type { Host } from "../contracts/host.ts";
import type { LogWiring, TopicWiring } from "../contracts/pipeline.ts";
import { PipelineError } from "../contracts/pipeline-error.ts";
import type { Policy } from "../policy/policy.ts";
import { readMetadata } from "../task/commit-metadata.ts";

export interface TopicCheckOptions {
  /** Of the pipeline. */
  readonly name: string;
  readonly wiring: LogWiring;
  readonly policy: Policy;
  readonly host: Host;
  readonly everyMs: number;
  /** The topics are not what the state was made with any more. */
  readonly onWrong: (error: PipelineError) => void;
}

/** Sees to it that all topics are there, and that the inputs have and keep one number of partitions. */
export class TopicCheck {
  readonly #options: TopicCheckOptions;
  #partitions = 0;
  #stopped = false;
  #cancel: () => void = () => {};

  constructor(options: TopicCheckOptions) {
    this.#options = options;
  }

  /** How many partitions each input has; 0 before the first check. */
  get partitions(): number {
    return this.#partitions;
  }

  /** Before the start. Throws `PipelineError`, or what the log throws. */
  async first(): Promise<void> {
    this.#partitions = await this.#count();
    await this.#checkCommitted();
  }

  /** Looks again and again, until `stop`. */
  watch(): void {
    if (this.#stopped) return;
    const { host, everyMs } = this.#options;
    this.#cancel = host.clock.schedule(everyMs, () => void this.#again());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #again(): Promise<void> {
    try {
      const now = await this.#count();
      if (now !== this.#partitions) throw partitionsChanged(this.#partitions, now);
    } catch (error) {
      if (error instanceof PipelineError) {
        this.#options.onWrong(error);
        return;
      }
      // A log that does not answer now is asked again.
    }
    this.watch();
  }

  async #count(): Promise<number> {
    const { wiring, policy } = this.#options;
    const { inputs } = wiring;
    if (inputs.length === 0) throw new PipelineError("options", "a pipeline needs an input topic");
    const counts = await countPartitions(
      wiring,
      policy,
      inputs.map(({ topic }) => topic),
    );
    if (counts.some((n) => n !== counts[0])) {
      const list = inputs.map(({ topic }, i) => `\`${topic}\` has ${counts[i]}`).join(", ");
      throw new PipelineError(
        "not-co-partitioned",
        `input topics must have the same number of partitions, so that a key is in the same one of each: ${list}`,
        { hint: "repartition one of them through a topic with the right number" },
      );
    }
    return counts[0]!;
  }

  /** Refuses to run over partitions whose number changed since anything was committed. */
  async #checkCommitted(): Promise<void> {
    const { name, wiring, policy } = this.#options;
    const partitions = wiring.inputs.flatMap(({ topic }) =>
      Array.from({ length: this.#partitions }, (_, partition) => ({ topic, partition })),
    );
    const committed = await policy.run("reading the committed offsets", () => wiring.log.committed(name, partitions));
    for (const offset of committed) {
      const before = readMetadata(offset?.metadata ?? "")?.partitions ?? this.#partitions;
      if (before !== this.#partitions) throw partitionsChanged(before, this.#partitions);
    }
  }
}

/** Sees to it that the topics that are written are there, and counts the partitions of those that are read. */
export async function countPartitions(
  { log, alerts, deadLetters, late }: TopicWiring,
  policy: Policy,
  inputs: readonly string[] = [],
): Promise<readonly number[]> {
  const count = (topic: string): Promise<number> =>
    policy.run(`looking at topic \`${topic}\``, () => log.partitionCount(topic));
  const counts = await Promise.all(inputs.map(count));
  await Promise.all([alerts, deadLetters, ...(late === undefined ? [] : [late])].map(count));
  return counts;
}

export function partitionsChanged(before: number, now: number): PipelineError {
  return new PipelineError(
    "partitions-changed",
    `the input topics have ${now} partitions now, and the state was made with ${before}: keys would be in two tasks`,
    {
      hint: "make new topics with the new number of partitions, or run under a new `name` to begin with empty state",
    },
  );
}
