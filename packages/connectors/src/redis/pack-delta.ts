import type { StateDelta } from "@weir/core";

/** What one call of Redis unpacks and applies: some milliseconds of its time at most. */
const chunkEntries = 1000;
const chunkBytes = 512 * 1024;
const isDelete = 0xffff_ffff;
const headBytes = 8;

/**
 * A delta as chunks of a bounded size, each bytes that Redis takes as one argument. An entry larger than a chunk is one by itself.
 *
 *   per entry  bytes of its name: uint32  bytes of its value, or 0xffffffff of one that is gone: uint32  name in UTF-8  value
 */
export function packDelta({ upserts, deletes }: Pick<StateDelta, "upserts" | "deletes">): Buffer[] {
  const packer = new Packer();
  for (const name of deletes) packer.add(name, null);
  for (const { name, value } of upserts) packer.add(name, value);
  return packer.end();
}

class Packer {
  readonly #chunks: Buffer[] = [];
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #length = 0;
  #entries = 0;

  add(name: string, value: Uint8Array | null): void {
    // No name takes more than three bytes for each UTF-16 unit.
    const most = headBytes + 3 * name.length + (value?.length ?? 0);
    if (this.#entries >= chunkEntries || (this.#entries > 0 && this.#length + most > chunkBytes)) this.#cut();
    this.#reserve(most);
    const bytes = this.#bytes;
    const at = this.#length;
    const nameBytes = bytes.write(name, at + headBytes);
    bytes.writeUInt32LE(nameBytes, at);
    bytes.writeUInt32LE(value?.length ?? isDelete, at + 4);
    if (value !== null) bytes.set(value, at + headBytes + nameBytes);
    this.#length = at + headBytes + nameBytes + (value?.length ?? 0);
    this.#entries++;
  }

  end(): Buffer[] {
    if (this.#entries > 0) this.#cut();
    return this.#chunks;
  }

  #cut(): void {
    this.#chunks.push(Buffer.from(this.#bytes.subarray(0, this.#length)));
    this.#length = 0;
    this.#entries = 0;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + more));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }
}
