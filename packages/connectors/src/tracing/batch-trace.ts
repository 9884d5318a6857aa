import type { Link } from "@opentelemetry/api";
import type { BatchWork, CommitStep, PipelineEvent } from "@weir/core";
import { addLink } from "./trace-context.ts";

/** What is known of a batch before its commit is done. */
export class BatchTrace {
  readonly links: Link[] = [];
  readonly #ends = new Map<CommitStep, number>();
  begun: (Extract<PipelineEvent, { kind: "batch" }> & { readonly at: number }) | null = null;
  committed: Extract<PipelineEvent, { kind: "committed" }> | null = null;

  /** A commit begins; what failed is made again from its beginning. */
  begin(event: Extract<PipelineEvent, { kind: "batch" }>, at: number): void {
    this.begun = { ...event, at };
    this.#ends.clear();
  }

  /** When a step ended. */
  end(step: CommitStep, at: number): void {
    this.#ends.set(step, at);
  }

  link(event: Extract<PipelineEvent, { kind: "alert" }>): void {
    addLink(this.links, event.headers);
  }

  /** The stages in order, as far as the batch came. Stage and send of a transaction go on side by side. */
  stages(): readonly Stage[] {
    if (this.begun === null) return [];
    const { work, at } = this.begun;
    const ends = this.#ends;
    const found: Stage[] = workStages(work);
    const add = (stage: Stage["stage"], step: CommitStep, from: number | undefined): void => {
      const to = ends.get(step);
      if (from !== undefined && to !== undefined) found.push({ stage, from, to });
    };
    const [staged, sent, decided] = [ends.get("stage"), ends.get("send"), ends.get("decide")];
    if (this.begun.delivery === "exactly-once") {
      add("stage", "stage", at);
      add("send", "send", at);
      if (staged !== undefined && sent !== undefined) add("commit", "decide", Math.max(staged, sent));
      add("promote", "promote", decided);
    } else {
      // Offsets are committed behind the batch.
      add("send", "send", at);
      add("stage", "stage", sent);
      add("promote", "promote", staged);
    }
    return found;
  }
}

export interface Stage {
  readonly stage: "receive" | "decode" | "evaluate" | "stage" | "send" | "commit" | "promote";
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

function workStages({ receivedAt, startedAt, decodeMs, evaluateMs }: BatchWork): Stage[] {
  const decoded = startedAt + decodeMs;
  return [
    { stage: "receive", from: receivedAt, to: startedAt },
    { stage: "decode", from: startedAt, to: decoded },
    { stage: "evaluate", from: decoded, to: decoded + evaluateMs },
  ];
}
