import { isAbsolute, join } from "node:path";

/**
 * The command that the setting `weir.path` names: a word is looked up where commands are, a path with a slash is taken from the
 * folder of the workspace, if there is one.
 */
export function serverCommand(setting: string, folder: string | null): string {
  const path = setting.trim();
  if (path === "") return "weir";
  if (isAbsolute(path) || folder === null || !/[/\\]/.test(path)) return path;
  return join(folder, path);
}
