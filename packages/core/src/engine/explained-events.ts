import type { EventData, Row } from "../row.ts";
import type { Group } from "./group.ts";
import type { WindowShape } from "./group-window.ts";
import type { RuleRunner } from "./rule-runner.ts";
import { SessionRule } from "./session-rule.ts";

/** Which of a key's newest events an alert shows. */
export interface Explanation {
  readonly shape: WindowShape | "event" | "event-and-previous";
  readonly runner: () => RuleRunner;
}

/** The events that an alert at `at` rests on, of those the group remembers: at most the 100 newest. */
export function explainedEvents(group: Group, { shape, runner }: Explanation, at: number): readonly EventData[] {
  const slot = group.evaluating;
  const recent = group.recent(slot);
  return chosen(recent, shape, runner(), slot, at).map((row) => row.raw);
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
