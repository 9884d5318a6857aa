import type { CompareOp } from "../plan.ts";
import type { RecentTimes } from "../window/recent-times.ts";
import type { RecentValuesLayout } from "../window/recent-values.ts";
import type { BoundedGlue } from "../window/window-store.ts";
import type { RecordCode } from "./record-code.ts";
import { literal, type Source } from "./source.ts";

/** `RecentTimes.push` where the record lies; `newest` is a variable with the time of the event before, `t32` one with `t | 0`. */
export function pushTime(times: RecentTimes, record: RecordCode, source: Source): string[] {
  const at = times.layout;
  const length = record.intAt(at.length);
  const next = record.intAt(at.next);
  const span = literal(times.spanMs);
  const size = literal(at.size);
  return [
    "{",
    `let n = t - newest > ${span} ? 0 : ${length};`,
    "if (n > 0) {",
    `const p = ${next} - n;`,
    `const oldest = I[j + ${at.times} + (p < 0 ? p + ${size} : p)];`,
    `if (t - newest + (((newest | 0) - oldest) >>> 0) > ${span}) {`,
    `${source.ref(times)}.trim(slot, t);`,
    `n = ${length};`,
    "}",
    "}",
    `const next = ${next};`,
    `I[j + ${at.times} + next] = t32;`,
    `${next} = next + 1 === ${size} ? 0 : next + 1;`,
    `if (n < ${size}) ${length} = n + 1;`,
    "}",
  ];
}

/** What is read of a bounded window by code at the event `t`, which is in it. */
export type BoundedCount =
  | { readonly of: "events"; readonly window: BoundedGlue }
  | { readonly of: "values"; readonly window: BoundedGlue; readonly recent: number };

/** How many there are. */
export function countCode(count: BoundedCount, source: Source): string {
  const { window } = count;
  const bound = `t + ${literal(1 - window.lengthMs)}`;
  if (count.of === "values") return `${source.ref(window.recents[count.recent]!)}.countSince(slot, ${bound})`;
  return `${source.ref(window.times)}.count(slot, ${literal(window.keep)}, ${bound})`;
}

/** When a window is asked: `newest` is a variable with the time of the key's newest event, `t` is that of the event at hand. */
interface Moment {
  /** The age at `t` of an event of which the low 32 bits of its time are given. */
  readonly age: (time32: string) => string;
  /** The greatest age in a window. */
  readonly reachMs: (lengthMs: number) => number;
}

/** At an event, which is in the window: what has age d has left. */
export const atEvent: Moment = {
  age: (time32) => `(((t | 0) - ${time32}) >>> 0)`,
  reachMs: (lengthMs) => lengthMs - 1,
};

/** As of just before an event: what has age d has not left yet. */
export const justBefore: Moment = {
  age: (time32) => `t - newest + (((newest | 0) - ${time32}) >>> 0)`,
  reachMs: (lengthMs) => lengthMs,
};

/** The age at `t` of the `n`-th most recent value. */
export function valueAge({ times, isWhole }: RecentValuesLayout, n: number | string, moment: Moment): string {
  const at = typeof n === "number" ? String(times + n - 1) : `${times - 1} + ${n}`;
  return isWhole ? `t - F[b + ${at}]` : moment.age(`I[j + ${at}]`);
}

/** Whether there are as many as a comparison asks for; `null` where the count itself has to be known. */
export function comparedCountCode(
  count: BoundedCount,
  cmp: CompareOp,
  constant: number,
  record: RecordCode,
  moment: Moment = atEvent,
): string | null {
  switch (cmp) {
    case ">":
      return reaches(count, Math.floor(constant) + 1, record, moment);
    case ">=":
      return reaches(count, Math.ceil(constant), record, moment);
    case "<=":
      return negated(reaches(count, Math.floor(constant) + 1, record, moment));
    case "<":
      return negated(reaches(count, Math.ceil(constant), record, moment));
    default:
      return null;
  }
}

function negated(code: string | null): string | null {
  return code === null ? null : `!${code}`;
}

/** Whether the `n`-th most recent is in the window. */
function reaches(count: BoundedCount, n: number, record: RecordCode, moment: Moment): string | null {
  const { window } = count;
  const reachMs = literal(moment.reachMs(window.lengthMs));
  if (count.of === "values") {
    const recent = window.recents[count.recent]!;
    if (!(n >= 1 && n <= recent.most)) return null;
    const at = recent.layout;
    return `(${record.intAt(at.count)} >= ${n} && ${valueAge(at, n, moment)} <= ${reachMs})`;
  }
  if (!(n >= 1 && n <= window.keep)) return null;
  const at = window.times.layout;
  const next = record.intAt(at.next);
  const place = n === at.size ? next : `(${next} < ${n} ? ${next} + ${at.size - n} : ${next} - ${n})`;
  const age = moment.age(`I[j + ${at.times} + ${place}]`);
  return `(${record.intAt(at.length)} >= ${n} && ${age} <= ${reachMs})`;
}
