import { fit, pan, setSpeed, speed, speeds, step, toggleLoop, togglePlay, zoomHere } from "../state/transport.ts";
import { showNearMisses } from "../ui/inspect-tab.ts";
import { focusSelection } from "../state/focus-selection.ts";

const actions: Readonly<Record<string, () => unknown>> = {
  " ": togglePlay,
  ArrowRight: () => step("event", false),
  ArrowLeft: () => step("event", true),
  ".": () => step("alert", false),
  ",": () => step("alert", true),
  w: () => zoomHere(0.7),
  s: () => zoomHere(1.4),
  a: () => pan(-0.2),
  d: () => pan(0.2),
  "0": fit,
  f: focusSelection,
  l: toggleLoop,
  n: showNearMisses,
  "[": () => changeSpeed(-1),
  "]": () => changeSpeed(1),
};

/** The single keys that work where the timeline has the focus. */
export function timelineKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (action === undefined) return;
  event.preventDefault();
  void action();
}

function changeSpeed(by: number): Promise<void> {
  const at = speeds.indexOf(speed.value);
  return setSpeed(speeds[Math.max(0, Math.min(speeds.length - 1, at + by))]!);
}
