import type { Output } from "./output.ts";

/** One line on a terminal that says how far things are; elsewhere nothing. */
export interface Progress {
  /** Shows what `text` gives, at most every fifth of a second. */
  show(text: () => string): void;
  /** Takes the line away, so that other text can be written. */
  clear(): void;
}

const intervalMs = 200;

export function createProgress(output: Output, now: () => number): Progress {
  if (!output.isTerminal) return { show: () => {}, clear: () => {} };
  let shownAt = now();
  let visible = false;
  return {
    show(text) {
      const time = now();
      if (time - shownAt < intervalMs) return;
      shownAt = time;
      visible = true;
      output.write(`\r\u001b[2K${text().slice(0, (output.columns ?? 80) - 1)}`);
    },
    clear() {
      if (visible) output.write("\r\u001b[2K");
      visible = false;
    },
  };
}
