/**
 * An anomaly that was injected.
 * @typedef {{ kind: string, user: string, from: number, to: number }} Label
 *
 * @typedef {object} Score
 * @property {string} rule
 * @property {{ severity: string, alerts: number, right: number }[]} bySeverity
 * @property {number} anomalies
 * @property {number} found
 */

/**
 * How right the alerts of each rule were, and how many anomalies of its kind they found.
 *
 * @param {readonly import("@weir/core").Alert[]} alerts
 * @param {readonly Label[]} labels
 * @param {Readonly<Record<string, string>>} kindOfRule
 * @returns {Score[]}
 */
export function scoreRules(alerts, labels, kindOfRule) {
  return Object.entries(kindOfRule).map(([rule, kind]) => {
    const ofKind = labels.filter((label) => label.kind === kind);
    /** @type {Set<Label>} */
    const found = new Set();
    /** @type {Map<string, { severity: string, alerts: number, right: number }>} */
    const bySeverity = new Map();
    for (const alert of alerts) {
      if (alert.rule !== rule) continue;
      const count = bySeverity.get(alert.severity) ?? { severity: alert.severity, alerts: 0, right: 0 };
      bySeverity.set(alert.severity, count);
      const matching = ofKind.filter(
        (label) => label.user === alert.key["user"] && label.from <= alert.at && alert.at <= label.to,
      );
      count.alerts++;
      if (matching.length > 0) count.right++;
      for (const label of matching) found.add(label);
    }
    const severities = [...bySeverity.values()].sort((a, b) => (a.severity < b.severity ? -1 : 1));
    return { rule, bySeverity: severities, anomalies: ofKind.length, found: found.size };
  });
}
