import { dialog } from "../state/dialogs.ts";
import { toggleBreakpoint } from "../state/transport.ts";
import { active, activeRun, runVersion, selection } from "../state/workbench.ts";
import { chooseFile } from "./file-drop.tsx";

/** The keys that work everywhere. */
export function listenForKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const action = actionOf(event);
    if (action === null || dialog.value !== null) return;
    event.preventDefault();
    action();
  });
}

function actionOf(event: KeyboardEvent): (() => void) | null {
  if (event.ctrlKey || event.metaKey) {
    switch (event.key.toLowerCase()) {
      case "enter":
        return () => void runVersion(active.value);
      case "s":
        return () => (dialog.value = "share");
      case "o":
        return chooseFile;
      default:
        return null;
    }
  }
  if (event.key === "F9" && event.shiftKey) return () => (dialog.value = "breakpoints");
  if (event.key === "F9") return () => void breakAtSelection();
  if (event.key !== "?" || isTyping(event.target)) return null;
  return () => (dialog.value = "help");
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, .monaco-editor") !== null;
}

async function breakAtSelection(): Promise<void> {
  const chosen = selection.value;
  if (chosen?.kind !== "alert" || activeRun.value.status !== "done") return;
  const detail = await active.value.client.call("alert", { index: chosen.index, isBrief: true });
  if (detail !== null) await toggleBreakpoint(detail.alert.rule);
}
