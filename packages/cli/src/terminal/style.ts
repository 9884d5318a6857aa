import type { Severity } from "@weir/core";
import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];

/** Colours text, where colour is wanted. */
export type Paint = (style: Style, text: string) => string;

export function createPaint(color: boolean): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}

export const severityStyle: Readonly<Record<Severity, Style>> = {
  INFO: "dim",
  LOW: "cyan",
  MEDIUM: "yellow",
  HIGH: "red",
  CRITICAL: ["bold", "magenta"],
};

/** Text of events as a terminal may show it: what would move its cursor or change its colours is written out. */
export function printable(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what it is about
    /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
