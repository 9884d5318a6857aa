import { StateStoreError } from "@weir/core";

/** What an error of the file system means for the caller. */
export function toStoreError(what: string, error: unknown): StateStoreError {
  if (error instanceof StateStoreError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = `${what}: ${error instanceof Error ? error.message : String(error)}`;
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG") {
    return new StateStoreError(message, {
      kind: "full",
      hint: "the disk is full: make room, or put `state.folder` on another one; nothing is lost meanwhile",
      cause: error,
    });
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR") {
    return new StateStoreError(message, {
      kind: "fatal",
      hint: "`state.folder` must be a folder that this user may write to",
      cause: error,
    });
  }
  return new StateStoreError(message, { kind: "unavailable", cause: error });
}
