import { signal } from "@preact/signals";
import type { EditorHandle, StartEditor } from "./editor-handle.ts";

/** The editor, once it has loaded. */
export const currentEditor = signal<EditorHandle | null>(null);

/** Loads the editor once the page has painted and is idle: it is larger than all the rest. */
export async function loadEditor(): Promise<StartEditor> {
  await new Promise<void>((done) => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(() => done(), { timeout: 1500 });
    else setTimeout(done, 300);
  });
  const { loadMonaco } = await import("./start-monaco.ts");
  return loadMonaco();
}
