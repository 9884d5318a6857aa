import type { Alert, Severity } from "@weir/core";
import { GrowingFloat64, GrowingUint32 } from "../data/growing.ts";

export const severities: readonly Severity[] = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

/** Alerts beyond this are counted, and hashed, but cannot be looked at. */
export const keptAlerts = 250_000;

/** The alerts of a run in their order, with what canvases and tables need of them as columns. */
export class AlertStore {
  readonly #rules: readonly string[];
  readonly #ruleIds: ReadonlyMap<string, number>;
  readonly #alerts: Alert[] = [];
  readonly #at = new GrowingFloat64();
  readonly #rule = new GrowingUint32();
  /** Severity, and 8 for a resolved one. */
  readonly #kind = new GrowingUint32();
  /** How many events had been pushed when it fired. */
  readonly #position = new GrowingUint32();
  /** By rule and severity, firing ones, all of them. */
  readonly counts: Float64Array;
  resolved = 0;
  total = 0;

  /** When the episode of a resolved alert began; NaN of others. */
  readonly #since = new GrowingFloat64();
  readonly #resolving: ReadonlySet<string>;
  /** The open episodes, by the alert that began each. */
  readonly #opened = new Map<string, number>();

  /** `resolving`: the rules that say when an episode is over. */
  constructor(rules: readonly string[], resolving: ReadonlySet<string> = new Set()) {
    this.#rules = rules;
    this.#resolving = resolving;
    this.#ruleIds = new Map(rules.map((rule, id) => [rule, id]));
    this.counts = new Float64Array(rules.length * severities.length);
  }

  get kept(): number {
    return this.#alerts.length;
  }

  add(alert: Alert, position: number): void {
    const rule = this.#ruleIds.get(alert.rule)!;
    const severity = severities.indexOf(alert.severity);
    const isResolved = alert.status === "resolved";
    this.total++;
    if (isResolved) this.resolved++;
    else this.counts[rule * severities.length + severity]!++;
    if (this.#alerts.length >= keptAlerts) return;
    this.#alerts.push(alert);
    this.#at.push(alert.at);
    this.#rule.push(rule);
    this.#kind.push(severity + (isResolved ? resolvedFlag : 0));
    this.#position.push(position);
    this.#since.push(this.#resolving.has(alert.rule) ? this.#episodeStart(alert) : Number.NaN);
  }

  alert(index: number): Alert {
    return this.#alerts[index]!;
  }

  at(index: number): number {
    return this.#at.get(index);
  }

  rule(index: number): number {
    return this.#rule.get(index);
  }

  ruleName(index: number): string {
    return this.#rules[this.#rule.get(index)]!;
  }

  severity(index: number): number {
    return this.#kind.get(index) & 7;
  }

  isResolved(index: number): boolean {
    return (this.#kind.get(index) & resolvedFlag) !== 0;
  }

  position(index: number): number {
    return this.#position.get(index);
  }

  /** When the episode of a resolved alert began; NaN of other alerts. */
  since(index: number): number {
    return this.#since.get(index);
  }

  /** The alerts whose episodes are open at the end, as far as the rules say when one is over. */
  openEpisodes(): Iterable<number> {
    return this.#opened.values();
  }

  /** Notes the beginning or the end of an episode; gives when the one that ends began. */
  #episodeStart(alert: Alert): number {
    // Each branch of a rule has episodes of its own.
    const id = `${alert.rule} ${alert.severity} ${keyText(alert.key)}`;
    if (alert.status === "firing") {
      this.#opened.set(id, this.#alerts.length - 1);
      return Number.NaN;
    }
    const opened = this.#opened.get(id);
    this.#opened.delete(id);
    return opened === undefined ? Number.NaN : this.at(opened);
  }

  /** The first alert that came when more than `position` events had been pushed; `kept` where there is none. */
  firstAfter(position: number): number {
    let low = 0;
    let high = this.kept;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#position.get(middle) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const resolvedFlag = 8;

/** The key of an alert as text: `user=u1 ip=10.0.0.1`. */
export function keyText(key: Readonly<Record<string, unknown>>): string {
  return fieldsText(key);
}

/** Fields of an alert as text. */
export function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}
