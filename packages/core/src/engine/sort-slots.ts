import type { Value } from "../value.ts";
import { compareKeys } from "../values/compare.ts";

/** Slots in the order of their keys, for what happens at one instant. */
export function sortByKey(slots: number[], keyAt: (slot: number) => readonly Value[]): number[] {
  return slots.length < 2 ? slots : slots.sort((a, b) => compareKeys(keyAt(a), keyAt(b)));
}
