import { signal } from "@preact/signals";

export type DialogName = "help" | "share" | "import" | "received" | "breakpoints" | "history" | null;

/** The dialog that is open. */
export const dialog = signal<DialogName>(null);
