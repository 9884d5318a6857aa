import type { EventData, Row } from "../row.ts";
import type { Group } from "./group.ts";
import type { WindowShape } from "./group-window.ts";
import type { RuleRunner } from "./rule-runner.ts";
import { SessionRule } from "./session-rule.ts";

/** Which of a key's newest events an alert shows. */
export interface Explanation {
  /** Of a window by the clock: its last end at or before a time. */
  readonly endAt: ((time: number) => number) | null;
  readonly shape: WindowShape | "event" | "event-and-previous";
  readonly runner: () => RuleRunner;
}

/** The events that an alert at `at` rests on, of those the group remembers: at most the 100 newest. */
export function explainedEvents(group: Group, explanation: Explanation, at: number): readonly EventData[] {
  const slot = group.evaluating;
  const { shape, runner } = explanation;
  return chosen(group.recent(slot), shape, runner(), slot, evaluatedAt(group, slot, explanation, at)).map(
    (row) => row.raw,
  );
}

/** When the window was as the alert has it: by the clock at the last end at which the key was evaluated, else at `at`. */
function evaluatedAt(group: Group, slot: number, { shape, endAt }: Explanation, at: number): number {
  if (endAt === null || typeof shape === "string" || shape.kind !== "owned") return at;
  const { expireMs } = group.spec;
  if (expireMs === null) return endAt(at);
  // From the age of its expiry on a key is evaluated only where its window holds an event.
  const newest = group.lastTime(slot);
  return Math.min(endAt(at), Math.max(endAt(newest + expireMs - 1), endAt(newest + (shape.lengthMs ?? 0))));
}

function chosen(
  recent: readonly Row[],
  shape: Explanation["shape"],
  runner: RuleRunner,
  slot: number,
  at: number,
): readonly Row[] {
  if (shape === "event") return recent.slice(-1);
  if (shape === "event-and-previous") return recent.slice(-2);
  switch (shape.kind) {
    case "within": {
      const { lengthMs, precisionMs } = shape;
      const from =
        precisionMs === null
          ? at - lengthMs + 1
          : Math.floor((at - lengthMs) / precisionMs) * precisionMs + precisionMs;
      return recent.filter((row) => row.time >= from);
    }
    case "last":
      return recent.slice(-shape.count);
    case "owned": {
      const from = runner instanceof SessionRule ? runner.startOf(slot) : at - (shape.lengthMs ?? Infinity);
      return recent.filter((row) => row.time >= from && row.time < at);
    }
    case "all":
      return recent;
  }
}
