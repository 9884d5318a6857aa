import { type Disk, realDisk } from "@weir/connectors/file-store";

/** What a process sees that is gone: nothing. */
export class CrashError extends Error {
  override readonly name = "CrashError";
}

/** A disk whose n-th call fails: for ever after as well (a crash, a full disk that stays full), or where `writes` alone. */
export class FailingDisk implements Disk {
  failed = false;
  readonly #failAt: number;
  readonly #error: Error;
  readonly #writesOnly: boolean;
  #calls = 0;

  constructor(failAt: number, error: Error, writesOnly = false) {
    this.#failAt = failAt;
    this.#error = error;
    this.#writesOnly = writesOnly;
  }

  makeFolder(path: string): Promise<void> {
    return this.#do(true, () => realDisk.makeFolder(path));
  }

  list(path: string): Promise<readonly string[]> {
    return this.#do(false, () => realDisk.list(path));
  }

  read(path: string): Promise<Uint8Array> {
    return this.#do(false, () => realDisk.read(path));
  }

  readPart(path: string, from: number, bytes: number): Promise<Uint8Array> {
    return this.#do(false, () => realDisk.readPart(path, from, bytes));
  }

  writeNew(path: string, bytes: Uint8Array): Promise<void> {
    // A write that fails has written some of it.
    return this.#do(
      true,
      () => realDisk.writeNew(path, bytes),
      () => realDisk.writeNew(path, bytes.subarray(0, bytes.length / 2)),
    );
  }

  link(from: string, to: string): Promise<boolean> {
    return this.#do(true, () => realDisk.link(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#do(false, () => realDisk.remove(path));
  }

  syncFolder(path: string): Promise<void> {
    return this.#do(false, () => realDisk.syncFolder(path));
  }

  ageMs(path: string): Promise<number | null> {
    return this.#do(false, () => realDisk.ageMs(path));
  }

  async #do<T>(writes: boolean, act: () => Promise<T>, instead?: () => Promise<unknown>): Promise<T> {
    if (writes || !this.#writesOnly) this.#calls++;
    const fails = this.#calls >= this.#failAt && (writes || !this.#writesOnly);
    if (!fails) return act();
    const first = !this.failed;
    this.failed = true;
    if (first) await instead?.();
    throw this.#error;
  }
}
