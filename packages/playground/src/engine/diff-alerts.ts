import type { AlertStore } from "./alert-store.ts";
import { keyText } from "./alert-store.ts";

/** Firing alerts as columns: small to send from one worker to another. */
export interface AlertColumns {
  readonly rules: readonly string[];
  readonly keys: readonly string[];
  readonly rule: Uint32Array;
  readonly key: Uint32Array;
  readonly severity: Uint8Array;
  readonly at: Float64Array;
  /** Their places among the alerts of the run. */
  readonly index: Uint32Array;
}

export type ChangeKind = "new" | "gone" | "moved" | "severity";

export interface AlertChange {
  readonly kind: ChangeKind;
  readonly rule: string;
  readonly key: string;
  /** Before and now; `null` where there is none. */
  readonly before: ChangeSide | null;
  readonly now: ChangeSide | null;
}

export interface ChangeSide {
  readonly at: number;
  readonly severity: number;
  readonly index: number;
}

export interface AlertDiff {
  readonly same: number;
  readonly counts: Readonly<Record<ChangeKind, number>>;
  /** In the order of time; the first 10,000. */
  readonly changes: readonly AlertChange[];
}

const keptChanges = 10_000;

/** The firing alerts of a run as columns. */
export function columnsOf(alerts: AlertStore, rules: readonly string[]): AlertColumns {
  const firing: number[] = [];
  for (let i = 0; i < alerts.kept; i++) if (!alerts.isResolved(i)) firing.push(i);
  const ids = new Map<string, number>();
  const keyIds = firing.map((i) => {
    const text = keyText(alerts.alert(i).key);
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    return id;
  });
  return {
    rules,
    keys: [...ids.keys()],
    rule: Uint32Array.from(firing, (i) => alerts.rule(i)),
    key: Uint32Array.from(keyIds),
    severity: Uint8Array.from(firing, (i) => alerts.severity(i)),
    at: Float64Array.from(firing, (i) => alerts.at(i)),
    index: Uint32Array.from(firing),
  };
}

/**
 * Compares the alerts of two versions of rules.
 *
 * Alerts pair by rule, key and time: those at the same time first; the others with the nearest that is left within
 * `windowMs(rule)`, as moved. What then has no partner is new, or gone.
 */
export function diffAlerts(before: AlertColumns, now: AlertColumns, windowMs: (rule: string) => number): AlertDiff {
  const changes: AlertChange[] = [];
  let same = 0;
  const earlier = groupsOf(before);
  const later = groupsOf(now);
  for (const id of new Set([...earlier.keys(), ...later.keys()])) {
    const [rule, key] = JSON.parse(id) as [string, string];
    const pairs = pairUp(earlier.get(id) ?? [], later.get(id) ?? [], windowMs(rule));
    for (const { before: was, now: is } of pairs) {
      const kind = kindOf(was, is);
      if (kind === null) same++;
      else changes.push({ kind, rule, key, before: was, now: is });
    }
  }
  changes.sort((a, b) => timeOf(a) - timeOf(b));
  const counts = { new: 0, gone: 0, moved: 0, severity: 0 };
  for (const { kind } of changes) counts[kind]++;
  return { same, counts, changes: changes.slice(0, keptChanges) };
}

function timeOf(change: AlertChange): number {
  return change.now?.at ?? change.before?.at ?? 0;
}

function kindOf(before: ChangeSide | null, now: ChangeSide | null): ChangeKind | null {
  if (before === null) return "new";
  if (now === null) return "gone";
  if (before.severity !== now.severity) return "severity";
  return before.at === now.at ? null : "moved";
}

function groupsOf(columns: AlertColumns): Map<string, ChangeSide[]> {
  const groups = new Map<string, ChangeSide[]>();
  for (let i = 0; i < columns.at.length; i++) {
    const id = JSON.stringify([columns.rules[columns.rule[i]!], columns.keys[columns.key[i]!]]);
    const side = { at: columns.at[i]!, severity: columns.severity[i]!, index: columns.index[i]! };
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [side]);
    else group.push(side);
  }
  return groups;
}

interface Pair {
  readonly before: ChangeSide | null;
  readonly now: ChangeSide | null;
}

function pairUp(before: readonly ChangeSide[], now: readonly ChangeSide[], windowMs: number): Pair[] {
  const pairs: Pair[] = [];
  const byTime = new Map<number, ChangeSide[]>();
  // Latest first, so that the next one to pair is the last.
  for (const side of before.toReversed()) {
    const others = byTime.get(side.at);
    if (others === undefined) byTime.set(side.at, [side]);
    else others.push(side);
  }
  const unpaired: ChangeSide[] = [];
  const paired = new Set<ChangeSide>();
  for (const side of now) {
    const twin = byTime.get(side.at)?.pop();
    if (twin === undefined) unpaired.push(side);
    else {
      paired.add(twin);
      pairs.push({ before: twin, now: side });
    }
  }
  const left = before.filter((side) => !paired.has(side));
  let next = 0;
  for (const side of unpaired) {
    while (next < left.length && left[next]!.at < side.at - windowMs) pairs.push({ before: left[next++]!, now: null });
    if (next < left.length && left[next]!.at <= side.at + windowMs) pairs.push({ before: left[next++]!, now: side });
    else pairs.push({ before: null, now: side });
  }
  for (; next < left.length; next++) pairs.push({ before: left[next]!, now: null });
  return pairs;
}
