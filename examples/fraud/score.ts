import type { Alert, Severity } from "@weir/core";

/** An anomaly that was injected. */
export interface Label {
  readonly kind: string;
  readonly user: string;
  readonly from: number;
  readonly to: number;
}

export interface SeverityScore {
  readonly severity: Severity;
  alerts: number;
  /** Those in an anomaly of the rule's kind. */
  right: number;
}

export interface Score {
  readonly rule: string;
  readonly bySeverity: readonly SeverityScore[];
  readonly anomalies: number;
  readonly found: number;
}

/** How right the alerts of each rule were, and how many anomalies of its kind they found. */
export function scoreRules(
  alerts: readonly Alert[],
  labels: readonly Label[],
  kindOfRule: Readonly<Record<string, string>>,
): readonly Score[] {
  return Object.entries(kindOfRule).map(([rule, kind]) => {
    const ofKind = labels.filter((label) => label.kind === kind);
    const found = new Set<Label>();
    const bySeverity = new Map<Severity, SeverityScore>();
    for (const alert of alerts) {
      if (alert.rule !== rule) continue;
      const score = bySeverity.get(alert.severity) ?? { severity: alert.severity, alerts: 0, right: 0 };
      bySeverity.set(alert.severity, score);
      const matching = ofKind.filter(
        (label) => label.user === alert.key["user"] && label.from <= alert.at && alert.at <= label.to,
      );
      score.alerts++;
      if (matching.length > 0) score.right++;
      for (const label of matching) found.add(label);
    }
    const severities = [...bySeverity.values()].sort((a, b) => (a.severity < b.severity ? -1 : 1));
    return { rule, bySeverity: severities, anomalies: ofKind.length, found: found.size };
  });
}
