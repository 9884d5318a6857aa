import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { RulePlan } from "../plan.ts";
import type { Row } from "../row.ts";
import type { Value } from "../value.ts";
import { isKeyValue } from "../values/compare.ts";
import type { ConditionProbe } from "./condition-probe.ts";
import { keyText, namedKey } from "./rule-log.ts";
import { TwoGenerations } from "./two-generations.ts";

/** What became of events before any window saw them. */
export interface FilterCounts {
  /** Events that passed WHERE and have a key. */
  passed: number;
  /** Events for which WHERE was not TRUE. */
  refused: number;
  /** By the parts of WHERE that AND joins: for how many of these the part was not TRUE. */
  readonly refusedBy: number[];
  /** When the last one was refused. */
  lastRefused: number | null;
  /** Events that came too late. */
  late: number;
  lastLate: number | null;
}

/**
 * Counts, for `engine.whyNot`, what the rules of a group never get to see: events that WHERE refuses, that have no key, that are late.
 *
 * State   counts, over all and for at most `maxKeys` keys.
 */
export class GroupLog {
  readonly probe: ConditionProbe | null;
  /** The streams that are read; `null`: every one but derived ones. */
  readonly from: readonly string[] | null;
  readonly all: FilterCounts;
  /** Events that passed WHERE and have no key; and which part of the key was missing how often. */
  keyless = 0;
  readonly missingParts: number[] = [];
  readonly #context: EvalContext;
  readonly #where: Evaluate | null;
  readonly #keyOf: (stream: string) => readonly Evaluate[];
  readonly #keySize: number;
  /** Of the rules of the group: whether a key is of interest. */
  readonly keeps: ((key: readonly Value[]) => boolean)[] = [];
  readonly #byKey: TwoGenerations<{ readonly key: readonly Value[]; readonly counts: FilterCounts }>;

  constructor(
    spec: {
      readonly from: readonly string[] | null;
      readonly where: Evaluate | null;
      readonly keySize: number;
      readonly key: (stream: string) => readonly Evaluate[];
    },
    probe: ConditionProbe | null,
    context: EvalContext,
    maxKeys: number,
  ) {
    this.probe = probe;
    this.from = spec.from;
    this.#context = context;
    this.#where = spec.where;
    this.#keySize = spec.keySize;
    this.#keyOf = spec.key;
    this.#byKey = new TwoGenerations(maxKeys);
    this.all = this.#noCounts();
  }

  /** The counts of a key that alerts would show so. */
  ofNamedKey(rule: RulePlan, key: Readonly<Record<string, unknown>>): FilterCounts | null {
    return this.#byKey.peek(JSON.stringify(rule.key.map(({ name }) => key[name])))?.counts ?? null;
  }

  /** The keys that are known, as alerts of the rule would show them. */
  *keysOf(rule: RulePlan): Generator<Readonly<Record<string, unknown>>> {
    for (const { key } of this.#byKey.values()) yield namedKey(rule, key);
  }

  /** The context's event passed, with this key. */
  passed(key: readonly Value[]): void {
    this.all.passed++;
    const counts = this.#of(key);
    if (counts !== null) counts.passed++;
  }

  /** WHERE is not TRUE for the context's event. */
  refused(): void {
    const { row } = this.#context;
    const parts = this.probe?.notTrue(this.#context) ?? [];
    const key = this.#key(row!);
    for (const counts of this.#countsOf(key)) {
      counts.refused++;
      counts.lastRefused = row!.time;
      for (const part of parts) counts.refusedBy[part]!++;
    }
  }

  /** A part of the key of the context's event is NULL, a list or an object. */
  missing(part: number): void {
    this.keyless++;
    this.missingParts[part] = (this.missingParts[part] ?? 0) + 1;
  }

  /** An event was late that WHERE would have let pass. */
  late(row: Row): void {
    const context = this.#context;
    context.row = row;
    context.current = true;
    if (this.#where !== null && this.#where(context) !== true) return;
    const key = this.#key(row);
    for (const counts of this.#countsOf(key)) {
      counts.late++;
      counts.lastLate = row.time;
    }
  }

  #key(row: Row): readonly Value[] | null {
    const key = this.#keyOf(row.stream)
      .slice(0, this.#keySize)
      .map((part) => part(this.#context));
    return key.length === this.#keySize && key.every(isKeyValue) ? key : null;
  }

  #countsOf(key: readonly Value[] | null): readonly FilterCounts[] {
    const counts = key === null ? null : this.#of(key);
    return counts === null ? [this.all] : [this.all, counts];
  }

  #of(key: readonly Value[]): FilterCounts | null {
    const text = keyText(key);
    const known = this.#byKey.peek(text);
    if (known === undefined && !this.keeps.some((keeps) => keeps(key))) return null;
    return this.#byKey.use(text, () => ({ key: [...key], counts: this.#noCounts() })).counts;
  }

  #noCounts(): FilterCounts {
    const refusedBy = (this.probe?.joined ?? []).map(() => 0);
    return { passed: 0, refused: 0, refusedBy, lastRefused: null, late: 0, lastLate: null };
  }
}
