import type { Dur, Window } from "../ast.ts";
import { formatDuration } from "../duration-literal.ts";
import type { Names } from "./names.ts";
import type { Report } from "./report.ts";

/** PRECISION and OFFSET against the lengths that they divide. */
export function checkWindow(window: Window, names: Names, report: Report): void {
  const { kind } = window;
  if (kind === "within" && window.precision !== undefined) {
    const [length, precision] = [millisOf(window.length, names), millisOf(window.precision, names)];
    if (length !== undefined && precision !== undefined && precision > length) {
      report.error("precision-too-large", window.precision.span, "the PRECISION is longer than the window");
    }
  }
  if ((kind === "within" || kind === "every") && window.offset !== undefined && window.every !== undefined) {
    const [every, offset] = [millisOf(window.every, names), millisOf(window.offset, names)];
    if (every !== undefined && offset !== undefined && offset >= every) {
      report.warning("offset-too-large", window.offset.span, "the OFFSET is not shorter than EVERY", {
        hint: `the windows are those of OFFSET ${formatDuration(offset % every)}`,
      });
    }
  }
}

/** In milliseconds, of a PARAM what it is where the host does not override it. */
export function millisOf(dur: Dur, names: Names): number | undefined {
  if (dur.kind === "duration") return dur.ms;
  const value = names.params.get(dur.name)?.value;
  return typeof value === "object" && value !== null && "duration" in value ? value.duration : undefined;
}
