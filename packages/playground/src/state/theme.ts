import { signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const storageKey = "weir.theme";
const order: readonly Theme[] = ["auto", "light", "dark"];

export const theme = signal<Theme>("auto");
/** Whether the page is dark now. */
export const isDark = signal(false);

/** Takes the theme that was chosen last, and follows the system where none was. */
export function startTheme(): void {
  const stored = localStorage.getItem(storageKey);
  theme.value = order.find((known) => known === stored) ?? "auto";
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  apply();
}

export function toggleTheme(): void {
  theme.value = order[(order.indexOf(theme.value) + 1) % order.length]!;
  localStorage.setItem(storageKey, theme.value);
  apply();
}

function apply(): void {
  const dark = theme.value === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : theme.value === "dark";
  isDark.value = dark;
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
}
