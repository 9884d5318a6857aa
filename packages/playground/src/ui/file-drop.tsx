import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { dialog } from "../state/dialogs.ts";
import { active, editRules, sourceOfFile } from "../state/workbench.ts";

/** Whether a file is held over the page. */
export const isDragging = signal(false);

/** Lets the person choose a file of events, or of rules. */
export function chooseFile(): void {
  pickFile(".ndjson,.jsonl,.json,.csv,.tsv,.avro,.gz,.weir", (file) => void takeFile(file));
}

/** Lets the person choose a file. */
export function pickFile(accept: string, take: (file: File) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = accept;
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file !== undefined) take(file);
  });
  input.click();
}

/** A `.weir` file replaces the rules; any other goes to the import step. */
export async function takeFile(file: File): Promise<void> {
  if (file.name.endsWith(".weir")) {
    editRules(active.value, await file.text());
    return;
  }
  const { imported, importFile } = await import("../state/import-file.ts");
  imported.value = null;
  dialog.value = "import";
  await importFile(sourceOfFile(file));
}

/** Takes files that are dropped anywhere on the page. */
export function listenForDrops(): void {
  addEventListener("dragover", (event) => {
    event.preventDefault();
    isDragging.value = true;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) isDragging.value = false;
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    isDragging.value = false;
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) void takeFile(file);
  });
}

export function DropHint(): JSX.Element | null {
  if (!isDragging.value) return null;
  return <div class="drop-hint">Drop a file of events, or of rules (.weir). It stays on this machine.</div>;
}
