import type { Alert, Severity } from "@weir/core";
import { fieldsText } from "./alert-table.ts";

/** Keys of more alerts than this are no longer told apart: input must not fill the memory. */
const maxKeys = 100_000;

/** Counts alerts by rule and severity, and by key, for the summary. */
export class Tally {
  readonly #byRule = new Map<string, Map<Severity | "resolved", number>>();
  readonly #byKey = new Map<string, number>();

  add(alert: Alert): void {
    const severity = alert.status === "resolved" ? "resolved" : alert.severity;
    const counts = this.#byRule.get(alert.rule) ?? new Map<Severity | "resolved", number>();
    this.#byRule.set(alert.rule, counts.set(severity, (counts.get(severity) ?? 0) + 1));
    if (alert.status === "resolved") return;
    const key = fieldsText(alert.key);
    const count = this.#byKey.get(key);
    if (key !== "" && (count !== undefined || this.#byKey.size < maxKeys)) this.#byKey.set(key, (count ?? 0) + 1);
  }

  /** How many alerts of this rule were of this severity. */
  count(rule: string, severity: Severity | "resolved"): number {
    return this.#byRule.get(rule)?.get(severity) ?? 0;
  }

  /** The keys with most alerts, most first. */
  topKeys(count: number): readonly (readonly [string, number])[] {
    return [...this.#byKey].sort(([a, m], [b, n]) => (n !== m ? n - m : a < b ? -1 : 1)).slice(0, count);
  }
}
