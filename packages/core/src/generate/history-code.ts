import type { Group } from "../engine/group.ts";
import type { HistoryField, KeyHistory } from "../engine/key-history.ts";
import type { PlanExpr } from "../plan.ts";
import type { ExpressionCode } from "./expression-code.ts";
import { speedNumber } from "./helpers.ts";
import type { RecordCode } from "./record-code.ts";
import type { Source } from "./source.ts";

/** Writes how an event becomes the newest of its key, as `KeyHistory.add` does it; `newest` is a variable with the time of the one before. */
export function writeHistory(
  history: KeyHistory,
  source: Source,
  code: ExpressionCode,
  record: RecordCode,
  steps: string[],
): void {
  const { times, fields } = history;
  if (times === null) return;
  const slotBefore = history.keepsBefore ? "slot" : "0";
  for (const field of fields) {
    const { plan, before, newest } = field;
    const n = source.ref(newest);
    const p = source.ref(before);
    const number = code.number(plan);
    const move = `${p}.copyFrom(${n}, slot, ${slotBefore});`;
    if (number === null) {
      steps.push(move, `${n}.set(slot, ${code.value(plan)});`);
      continue;
    }
    const x = source.temporary();
    const cell = record.float(newest.numbers);
    steps.push(`const ${x} = ${number};`);
    steps.push(
      `if (${n}.isPlain && ${p}.isPlain) { ${numberBefore(history, field, source)} = ${cell}; ${cell} = ${x}; }`,
    );
    steps.push(`else { ${move} ${n}.setNumber(slot, ${x}); }`);
  }
  steps.push(`${timeBefore(history, source)} = newest;`);
}

/** The number that an expression was in the event before, NaN where it was none. */
export function numberBefore(history: KeyHistory, { before }: HistoryField, source: Source): string {
  const { passing } = history;
  const at = before.numbers.offset;
  return passing === null ? `F[b + ${at}]` : `${source.ref(passing)}[${at}]`;
}

/** SPEED_KMH of two expressions that are numbers, from their fields in the history. */
export function speedCode(
  group: Group,
  source: Source,
  code: ExpressionCode,
  lat: PlanExpr,
  lon: PlanExpr,
): string | null {
  const { history } = group;
  const now = [code.number(lat), code.number(lon)];
  const before = [history.fieldOf(lat), history.fieldOf(lon)];
  if (now[0] === null || now[1] === null || before[0] === null || before[1] === null) return null;
  const at = before.map((field) => numberBefore(history, field!, source));
  // Without an event before its place is NaN, and that comes through.
  const elapsed = `t - ${timeBefore(history, source)}`;
  return `${source.ref(speedNumber)}(${now[0]!}, ${now[1]!}, ${at[0]!}, ${at[1]!}, ${elapsed})`;
}

function timeBefore(history: KeyHistory, source: Source): string {
  const at = history.times!.before.offset;
  return history.passing === null ? `F[b + ${at}]` : `${source.ref(history.passing)}[${at}]`;
}
