import type { JSX } from "preact";

/** From 0 (INFO) to 4 (CRITICAL): severity is told by name, letter and shape as well as by colour. */
export const severityNames = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;

/** In a box of 12 by 12. */
export const severityPaths: readonly string[] = [
  "M6 1.2a4.8 4.8 0 1 0 0 9.6a4.8 4.8 0 1 0 0-9.6z",
  "M0.8 2.2h10.4L6 11.2z",
  "M1.5 1.5h9v9h-9z",
  "M6 0.8L11.4 10.6H0.6z",
  "M6 0.2L11.8 6L6 11.8L0.2 6z",
];

export function SeverityMark({ severity, resolved = false }: { severity: number; resolved?: boolean }): JSX.Element {
  return (
    <span class={`severity s${severity}${resolved ? " resolved" : ""}`}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <path d={severityPaths[severity]} />
      </svg>
      {resolved ? "resolved" : severityNames[severity]}
    </span>
  );
}
