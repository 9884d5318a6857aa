import { readdir, readFile, stat } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createLanguageService, type LanguageService } from "@weir/dsl";

const MAX_FILES = 200;
const MAX_FILE_BYTES = 1_048_576;
const MAX_FOLDER_BYTES = 8 * 1_048_576;

/**
 * The rule files of one folder, which are read together: what one declares the others know.
 *
 * Files are called by their URIs. Those that are open are as the editor has them, the others as they are on disk: at most 200 of
 * them, 8 MiB in all.
 */
export class RuleFolder {
  readonly service: LanguageService = createLanguageService();
  /** Of the folder; `null`: one file that is in none. */
  readonly uri: string | null;
  readonly #open = new Set<string>();
  #loaded: Promise<void> | null = null;

  constructor(uri: string | null) {
    this.uri = uri;
  }

  get openFiles(): readonly string[] {
    return [...this.#open];
  }

  setOpen(uri: string, text: string, version: number): void {
    this.#open.add(uri);
    this.service.setText(uri, text, version);
  }

  /** A file that was closed is as it is on disk again. */
  async close(uri: string): Promise<void> {
    this.#open.delete(uri);
    await this.reread(uri);
  }

  /** Reads the files that are not open; once, unless it is asked to again. */
  load(): Promise<void> {
    this.#loaded ??= this.#read();
    return this.#loaded;
  }

  async reread(uri: string): Promise<void> {
    if (this.#open.has(uri)) return;
    const text = await readRules(uri);
    // It may have been opened in the meantime.
    if (this.#open.has(uri)) return;
    if (text === null) this.service.removeFile(uri);
    else this.service.setText(uri, text);
  }

  async #read(): Promise<void> {
    if (this.uri === null) return;
    let bytes = 0;
    for (const name of await ruleNames(this.uri)) {
      const uri = pathToFileURL(fileURLToPath(new URL(name, this.uri))).href;
      if (this.#open.has(uri)) continue;
      const text = await readRules(uri);
      bytes += text?.length ?? 0;
      if (bytes > MAX_FOLDER_BYTES) return;
      if (text !== null && !this.#open.has(uri)) this.service.setText(uri, text);
    }
  }
}

async function ruleNames(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(new URL(folder));
    return names
      .filter((name) => name.endsWith(".weir"))
      .toSorted()
      .slice(0, MAX_FILES)
      .map((name) => encodeURIComponent(name));
  } catch {
    return [];
  }
}

/** `null` of what cannot be read, is no UTF-8, or is too large for a rule file. */
async function readRules(uri: string): Promise<string | null> {
  try {
    const url = new URL(uri);
    if (url.protocol !== "file:" || (await stat(url)).size > MAX_FILE_BYTES) return null;
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(url));
  } catch {
    return null;
  }
}
