/** The colours of the page as a canvas needs them. */
export interface CanvasTheme {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly bar: string;
  readonly band: string;
  readonly accent: string;
  /** Text on the accent. */
  readonly onAccent: string;
  readonly panel: string;
  readonly severity: readonly string[];
  readonly font: string;
}

export function themeOf(element: Element): CanvasTheme {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: of("--text"),
    muted: of("--muted"),
    line: of("--line"),
    bar: of("--bar"),
    band: of("--band"),
    accent: of("--accent"),
    onAccent: of("--on-accent"),
    panel: of("--panel"),
    severity: [0, 1, 2, 3, 4].map((severity) => of(`--s${severity}`)),
    font: `11px ${style.fontFamily}`,
  };
}
