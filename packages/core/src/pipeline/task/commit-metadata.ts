import type { StateVersion } from "../contracts/state-store.ts";

/** What a commit says of itself, next to its offsets. */
export interface CommitMetadata {
  /** Names this commit. */
  readonly commit: string;
  /** The state that belongs to it: its own, or with `checkpointEvery` an earlier one. */
  readonly state: StateVersion;
  /** `EngineState.hash` after this commit. */
  readonly hash: string;
  /** Hash of the rules that made it. */
  readonly rules: string;
  /** Where the task once began: a replay from there makes all of the state again. */
  readonly first: readonly number[];
  /** How many partitions the topics had. */
  readonly partitions: number;
  /** The watermark, epoch ms. */
  readonly clock: number | null;
}

const format = 1;

/** At most a few hundred characters: Kafka takes 4,096 bytes. */
export function writeMetadata(metadata: CommitMetadata): string {
  const { commit, state, hash, rules, first, partitions, clock } = metadata;
  return JSON.stringify({
    weir: format,
    c: commit,
    v: state.version,
    t: state.token,
    h: hash,
    r: rules,
    s: first,
    n: partitions,
    w: clock,
  });
}

/** `null` for what no commit of a pipeline wrote, such as the empty text of a tool that resets offsets. */
export function readMetadata(text: string): CommitMetadata | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof data !== "object" || data === null) return null;
  const { weir, c, v, t, h, r, s, n, w } = data as Readonly<Record<string, unknown>>;
  if (weir !== format || typeof c !== "string" || typeof v !== "number" || typeof t !== "string") return null;
  if (typeof h !== "string" || typeof r !== "string" || !isNumbers(s) || typeof n !== "number") return null;
  return {
    commit: c,
    state: { version: v, token: t },
    hash: h,
    rules: r,
    first: s,
    partitions: n,
    clock: typeof w === "number" ? w : null,
  };
}

/** What the store keeps next to a version of the state. */
export interface StateMeta extends CommitMetadata {
  /** The next offset of each input. */
  readonly positions: readonly number[];
}

export function writeStateMeta(meta: StateMeta): string {
  return JSON.stringify({ commit: writeMetadata(meta), positions: meta.positions });
}

/** `null` where the text is none. */
export function readStateMeta(text: string): StateMeta | null {
  try {
    const data = JSON.parse(text) as { readonly commit?: unknown; readonly positions?: unknown };
    const metadata = typeof data.commit === "string" ? readMetadata(data.commit) : null;
    return metadata === null || !isNumbers(data.positions) ? null : { ...metadata, positions: data.positions };
  } catch {
    return null;
  }
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
