import { pathToFileURL, fileURLToPath } from "node:url";
import { RuleFolder } from "./rule-folder.ts";

/** The folders of the files that are open. A file that is in no folder, such as an unsaved one, stands for itself. */
export class RuleFolders {
  readonly #folders = new Map<string, RuleFolder>();

  /** The folder of a file; made if it is not there yet. */
  of(uri: string): RuleFolder {
    const folder = folderOf(uri);
    const key = folder ?? uri;
    let found = this.#folders.get(key);
    if (found === undefined) {
      found = new RuleFolder(folder);
      this.#folders.set(key, found);
    }
    return found;
  }

  /** The folder of a file, if one of its files is open. */
  known(uri: string): RuleFolder | undefined {
    return this.#folders.get(folderOf(uri) ?? uri);
  }

  /** Forgets folders of which no file is open. */
  forgetClosed(): void {
    for (const [key, { openFiles }] of this.#folders) if (openFiles.length === 0) this.#folders.delete(key);
  }
}

/**
 * The name under which a file is known. Editors write a URI in several ways: `file:///c%3A/x` and `file:///C:/x` are one file.
 */
export function canonicalUri(uri: string): string {
  try {
    const url = new URL(uri);
    return url.protocol === "file:" ? pathToFileURL(fileURLToPath(url)).href : uri;
  } catch {
    return uri;
  }
}

function folderOf(uri: string): string | null {
  try {
    const url = new URL(uri);
    return url.protocol === "file:" ? new URL(".", url).href : null;
  } catch {
    return null;
  }
}
