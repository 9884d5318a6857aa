import { computed, type ReadonlySignal } from "@preact/signals";
import type { Diagnostic } from "@weir/dsl";
import { activeRun } from "./workbench.ts";

/** What is wrong with the rules that ran last, or worth saying. */
export const problems: ReadonlySignal<readonly Diagnostic[]> = computed(() => activeRun.value.diagnostics);
