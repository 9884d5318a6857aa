import type { Severity } from "@weir/core";

/** A receiver of alerts, and which ones it gets. */
export interface WebhookTarget {
  readonly url: string;
  /** Signs each message: `whsec_` and base64, or any text of 24 characters or more. Several while one replaces another. */
  readonly secret: string | readonly string[];
  /** Alerts of at least this severity. Default INFO. */
  readonly minSeverity?: Severity;
  /** Names of rules; not given: all. */
  readonly rules?: readonly string[];
  /** Whether it is told when an episode is over. Default true. */
  readonly resolved?: boolean;
  /** Most messages a second. Default: no limit. */
  readonly ratePerSecond?: number;
  /** More headers, such as an access token. */
  readonly headers?: Readonly<Record<string, string>>;
}

const severities: readonly string[] = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"] satisfies Severity[];

export interface RoutedAlert {
  readonly rule: string;
  readonly severity: string;
  readonly status: string;
}

export function isFor({ minSeverity = "INFO", rules, resolved = true }: WebhookTarget, alert: RoutedAlert): boolean {
  if (alert.status === "resolved" && !resolved) return false;
  if (rules !== undefined && !rules.includes(alert.rule)) return false;
  return severities.indexOf(alert.severity) >= severities.indexOf(minSeverity);
}
