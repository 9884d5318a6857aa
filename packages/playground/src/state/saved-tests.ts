import { signal } from "@preact/signals";
import type { FuzzKind } from "../engine/fuzz.ts";

/** A small recording that was found, ready to be taken away. */
export interface SavedTest {
  readonly id: number;
  readonly title: string;
  readonly kind: "fixture" | FuzzKind;
  /** What was found, as a sentence. */
  readonly note: string;
  /** The rules it was found with. */
  readonly rules: string;
  readonly block: string;
  readonly passes: boolean;
  readonly vitest: string;
}

export const savedTests = signal<readonly SavedTest[]>([]);
/** What is being worked out, if anything. */
export const takingAway = signal<string | null>(null);
/** Shows the tests; set by the pane that holds them. */
export const testsWanted = signal(0);

export function forgetTest(id: number): void {
  savedTests.value = savedTests.value.filter((test) => test.id !== id);
}
