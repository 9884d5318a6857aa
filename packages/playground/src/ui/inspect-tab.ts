import { signal } from "@preact/signals";

export type InspectTab = "match" | "why-not" | "graph" | "noise" | "sweep";
export const inspectTab = signal<InspectTab>("match");

/** Shows the near misses, or goes back to the match. */
export function showNearMisses(): void {
  inspectTab.value = inspectTab.value === "why-not" ? "match" : "why-not";
}
