import { StateStoreError } from "@weir/core";

/** Entries written and entries that are gone, as a file of the store holds them. */
export interface FileContents {
  readonly upserts: readonly { readonly name: string; readonly value: Uint8Array }[];
  readonly deletes: readonly string[];
}

/*
 * Layout, numbers unsigned and little-endian:
 *
 *   "WEIR1"  deletes: uint32  upserts: uint32
 *   per delete  length: uint32  name in UTF-8
 *   per upsert  length: uint32  name in UTF-8  length: uint32  value
 *   checksum of all before: uint32
 */
const magic = "WEIR1";

export function encodeContents({ upserts, deletes }: FileContents): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from(magic), uint32(deletes.length), uint32(upserts.length)];
  for (const name of deletes) parts.push(...sized(Buffer.from(name)));
  for (const { name, value } of upserts) parts.push(...sized(Buffer.from(name)), ...sized(value));
  const body = Buffer.concat(parts);
  return Buffer.concat([body, uint32(checksum(body))]);
}

/** Throws `damaged` for what `encodeContents` did not write. */
export function decodeContents(file: string, bytes: Uint8Array): FileContents {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (): StateStoreError =>
    new StateStoreError(`the state file ${file} is damaged`, {
      kind: "damaged",
      hint: "restore the folder from a backup, or remove the task's folder to begin with empty state",
    });
  const end = data.length - 4;
  if (end < 13 || data.toString("latin1", 0, 5) !== magic) throw damaged();
  if (data.readUInt32LE(end) !== checksum(data.subarray(0, end))) throw damaged();
  let at = 13;
  const take = (): Buffer => {
    if (at + 4 > end) throw damaged();
    const from = at + 4;
    at = from + data.readUInt32LE(at);
    if (at > end) throw damaged();
    return data.subarray(from, at);
  };
  const deletes = Array.from({ length: data.readUInt32LE(5) }, () => take().toString());
  const upserts = Array.from({ length: data.readUInt32LE(9) }, () => ({ name: take().toString(), value: take() }));
  return { upserts, deletes };
}

function sized(bytes: Uint8Array): readonly Uint8Array[] {
  return [uint32(bytes.length), bytes];
}

function uint32(n: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return bytes;
}

/** FNV-1a, 32 bits: finds files that were cut off or overwritten. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
