import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { NearMiss } from "@weir/core";
import { active, activeRun } from "./workbench.ts";

/** In a recording of no more events than this they are looked for without being asked: it takes a run that remembers. */
const maxUnasked = 50_000;

type Misses = ReadonlyMap<string, readonly NearMiss[]>;

const ofAll = signal<Misses>(new Map());
/** Of the one rule that is asked about. */
const ofAsked = signal<Misses>(new Map());

/** When rules came close to firing and did not, by rule. */
export const nearMisses: ReadonlySignal<Misses> = computed(() => new Map([...ofAll.value, ...ofAsked.value]));

/** Keeps what was found for the rule that is asked about, until another is; `null` forgets it. */
export function setAsked(rule: string, misses: readonly NearMiss[] | null): void {
  ofAsked.value = misses === null ? new Map() : new Map([[rule, misses]]);
}

/** Looks for the near misses of all rules whenever a run of a small recording has ended. */
export function followNearMisses(): void {
  let asked = 0;
  effect(() => {
    const { status, facts } = activeRun.value;
    const { client } = active.value;
    const question = ++asked;
    ofAll.value = new Map();
    if (status !== "done" || facts === null || facts.events > maxUnasked) return;
    void client.call("allNearMisses", null).then(
      (found) => {
        if (question !== asked || found === null) return null;
        ofAll.value = new Map(facts.rules.map(({ name }, i) => [name, found[i] ?? []]));
        return null;
      },
      () => {},
    );
  });
}
