import { link, mkdir, open, readdir, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

/** What the store asks of a file system; tests give one that fails or stops at a call of their choice. */
export interface Disk {
  /** Makes a folder and those above it. */
  makeFolder(path: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  read(path: string): Promise<Uint8Array>;
  /** So many bytes of a file from a place on, fewer where it ends. */
  readPart(path: string, from: number, bytes: number): Promise<Uint8Array>;
  /** Writes a new file and waits until it is on the disk. Throws where there is one. */
  writeNew(path: string, bytes: Uint8Array): Promise<void>;
  /** Gives a file a second name, atomically; `false` where that name is taken. */
  link(from: string, to: string): Promise<boolean>;
  /** Removes a file; one that is not there is no error. */
  remove(path: string): Promise<void>;
  /** Waits until the names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>;
  /** How long ago a file was written, in milliseconds; `null` where it is gone. */
  ageMs(path: string): Promise<number | null>;
}

export const realDisk: Disk = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true });
  },
  list: (path) => readdir(path),
  read: (path) => readFile(path),
  readPart: async (path, from, bytes) => {
    const file = await open(path, "r");
    try {
      const part = Buffer.allocUnsafeSlow(bytes);
      let length = 0;
      while (length < bytes) {
        const { bytesRead } = await file.read(part, length, bytes - length, from + length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return part.subarray(0, length);
    } finally {
      await file.close();
    }
  },
  writeNew: async (path, bytes) => {
    const file = await open(path, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  link: async (from, to) => {
    try {
      await link(from, to);
      return true;
    } catch (error) {
      if (hasCode(error, "EEXIST")) return false;
      throw error;
    }
  },
  remove: async (path) => {
    try {
      await unlink(path);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  },
  syncFolder: async (path) => {
    const folder = await open(join(path, "."), "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  ageMs: async (path) => {
    try {
      return Date.now() - (await stat(path)).mtimeMs;
    } catch (error) {
      if (hasCode(error, "ENOENT")) return null;
      throw error;
    }
  },
};

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
