import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import type { TestContext } from "vitest";

const folder = resolve(import.meta.dirname, "../../../shared/data");

export interface RecordedEvent {
  /** The place in the original file: the order of arrival. */
  readonly id: number;
  /** Event time: ISO-8601 text, or epoch milliseconds. */
  readonly ts: string | number;
  readonly [field: string]: unknown;
}

/** What a sliding rule has to answer, as the oracles of the recordings write it. */
export interface SlidingAnswer {
  readonly events_true: number;
  readonly keys: number;
  readonly first_id_per_key: Readonly<Record<string, number>>;
  readonly fires_with_cooldown?: number;
  readonly fires_with_cooldown_ids?: readonly number[];
}

/** Real events, with answers that were computed without the engine. They lie beside the repository, not in it. */
export interface Recording {
  /** For `beforeEach`: skips the test, with the reason, where the recording is not there. */
  readonly skipIfMissing: (context: TestContext) => void;
  /** By event time, then by arrival. */
  events(): readonly RecordedEvent[];
  /** In the order of arrival. */
  arrivals(): readonly RecordedEvent[];
  answer(question: string): unknown;
  /** For windows `(ts-d, ts]` and, to tell an error at the boundary, `[ts-d, ts]`. */
  sliding(question: string): { readonly halfOpen: SlidingAnswer; readonly closed: SlidingAnswer };
  /** Another JSON file of the recording. */
  json(file: string): unknown;
}

export function recording(set: string): Recording {
  const path = (file: string) => join(folder, set, file);
  const json = (file: string): unknown => JSON.parse(readFileSync(path(file), "utf8"));
  const answer = (question: string) => {
    const answers = json("ANSWERS.json") as Readonly<Record<string, unknown>>;
    const found = answers[question];
    if (found === undefined) throw new Error(`recording \`${set}\` has no answer \`${question}\``);
    return found;
  };
  return {
    skipIfMissing: (context) => {
      const answers = path("ANSWERS.json");
      if (!existsSync(answers)) context.skip(`the recording \`${set}\` is not there: no ${answers}`);
    },
    events: () => lines(path("events.ndjson")),
    arrivals: () => lines(path("events.arrival.ndjson")),
    answer,
    sliding: (question) => {
      const found = answer(question) as BoundaryAnswer;
      return { halfOpen: plain(found.half_open ?? found), closed: plain(found.closed ?? found) };
    },
    json,
  };
}

type BoundaryAnswer = SlidingAnswer & {
  readonly half_open?: SlidingAnswer;
  readonly closed?: SlidingAnswer;
  readonly boundary?: string;
};

/** Without the remark that both boundaries give the same. */
function plain(answer: BoundaryAnswer): SlidingAnswer {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== "boundary")) as unknown as SlidingAnswer;
}

function lines(path: string): RecordedEvent[] {
  const text = existsSync(path) ? readFileSync(path, "utf8") : gunzipSync(readFileSync(`${path}.gz`)).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RecordedEvent);
}
