import { diagnosticsPage } from "./diagnostics-page.ts";
import { referencePage } from "./reference-page.ts";

/** The pages of docs/ that are made from the sources, by their path in the repository. */
export const generatedPages: Readonly<Record<string, () => string>> = {
  "docs/reference.md": referencePage,
  "docs/diagnostics.md": diagnosticsPage,
};
