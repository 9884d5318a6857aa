import type { Alert } from "@weir/core";
import type { Replayed } from "./replay.ts";

/** What an alert has to be; what is left out may be anything. */
export interface ExpectedAlert {
  readonly rule: string;
  readonly severity?: Alert["severity"];
  readonly status?: Alert["status"];
  /** Epoch milliseconds. */
  readonly at?: number;
  /** Fields of the alert's key or data, by name. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matchers as the types of a test runner want them: `interface Matchers<T> extends WeirMatchers<T> {}`. */
export interface WeirMatchers<R = unknown> {
  /** Exactly these alerts came, in this order. */
  toFire(expected: readonly ExpectedAlert[]): R;
  /** No alert came; of a rule, where one is named. */
  toFireNothing(rule?: string): R;
}

/** Matchers for what `replay` gives: `expect.extend(weirMatchers)` in vitest or jest. */
export const weirMatchers = {
  toFire(received: Replayed, expected: readonly ExpectedAlert[]): MatcherResult {
    const { alerts } = received;
    const wrong = expected.findIndex((wanted, i) => !isAsExpected(alerts[i], wanted));
    const pass = wrong === -1 && alerts.length === expected.length;
    const place = wrong === -1 ? expected.length : wrong;
    return {
      pass,
      message: () =>
        pass
          ? `exactly these ${expected.length} alerts came:\n${listed(alerts)}`
          : `alert ${place + 1} is ${shown(alerts[place])}, and ${shown(expected[place])} is expected; all that came:\n${listed(alerts)}`,
    };
  },

  toFireNothing(received: Replayed, rule?: string): MatcherResult {
    const alerts = received.alerts.filter((alert) => rule === undefined || alert.rule === rule);
    const pass = alerts.length === 0;
    return { pass, message: () => (pass ? "no alert came" : `${alerts.length} alerts came:\n${listed(alerts)}`) };
  },
} as const;

function isAsExpected(alert: Alert | undefined, expected: ExpectedAlert): boolean {
  if (alert === undefined || alert.rule !== expected.rule || alert.status !== (expected.status ?? "firing")) {
    return false;
  }
  if (expected.severity !== undefined && alert.severity !== expected.severity) return false;
  if (expected.at !== undefined && alert.at !== expected.at) return false;
  const found: Readonly<Record<string, unknown>> = { ...alert.key, ...alert.data };
  return Object.entries(expected.fields ?? {}).every(
    ([name, value]) => Object.hasOwn(found, name) && JSON.stringify(found[name]) === JSON.stringify(value),
  );
}

const mostShown = 20;

function listed(alerts: readonly Alert[]): string {
  const lines = alerts.slice(0, mostShown).map((alert) => `  ${shown(alert)}`);
  if (alerts.length > mostShown) lines.push(`  … and ${alerts.length - mostShown} more`);
  return lines.length === 0 ? "  none" : lines.join("\n");
}

function shown(alert: Alert | ExpectedAlert | undefined): string {
  if (alert === undefined) return "none";
  const { rule, severity, status, at } = alert;
  const fields = "key" in alert ? { ...alert.key, ...alert.data } : (alert.fields ?? {});
  return [
    rule,
    severity,
    status === "resolved" ? "RESOLVED" : undefined,
    at === undefined ? undefined : `at ${at}`,
    Object.keys(fields).length === 0 ? undefined : JSON.stringify(fields),
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}
