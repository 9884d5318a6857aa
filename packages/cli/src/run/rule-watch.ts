import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

export interface RuleWatch {
  close(): void;
}

/** Editors write a file in several steps. */
const quietMs = 300;

/** Calls `onChange` when one of the files was changed, and after each SIGHUP. */
export function watchRules(files: readonly string[], onChange: (why: string) => void): RuleWatch {
  let timer: NodeJS.Timeout | undefined;
  const soon = (why: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => onChange(why), quietMs);
  };
  const onHangup = (): void => soon("SIGHUP");
  process.on("SIGHUP", onHangup);
  // Folders: a file that is replaced by another of its name is a new one.
  const watchers = [...new Set(files.map((file) => dirname(file)))].map((folder): FSWatcher => {
    const names = new Set(files.filter((file) => dirname(file) === folder).map((file) => basename(file)));
    const watcher = watch(folder, (_, name) => {
      if (name !== null && names.has(name)) soon(`${name} changed`);
    });
    watcher.on("error", () => {});
    return watcher;
  });
  return {
    close() {
      clearTimeout(timer);
      process.off("SIGHUP", onHangup);
      for (const watcher of watchers) watcher.close();
    },
  };
}
