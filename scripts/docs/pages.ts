import { diagnosticsPage } from "./diagnostics-page.ts";
import { referencePage } from "./reference-page.ts";
import { replayPicture } from "./terminal-picture.ts";

/** What of docs/ is made from the sources and by the command, by its path in the repository. */
export const generatedPages: Readonly<Record<string, () => string>> = {
  "docs/reference.md": referencePage,
  "docs/diagnostics.md": diagnosticsPage,
  "docs/pictures/replay.svg": replayPicture,
};
