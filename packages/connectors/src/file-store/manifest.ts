import { StateStoreError, type StateVersion } from "@weir/core";

/** A staged delta and the file that holds it. */
export interface StagedFile {
  readonly from: StateVersion;
  readonly to: StateVersion;
  readonly meta: string;
  readonly replace: boolean;
  readonly file: string;
  readonly bytes: number;
}

/** All that is true of a task at one instant; it never changes: the next state of the task is another manifest. */
export interface Manifest {
  readonly fence: string;
  readonly base: { readonly version: StateVersion; readonly meta: string } | null;
  /** What the base is made of: applied one after the other. */
  readonly chain: readonly { readonly file: string; readonly bytes: number }[];
  readonly staged: readonly StagedFile[];
  readonly attempt: { readonly position: string; readonly fence: string; readonly count: number } | null;
}

export const firstManifest: Manifest = { fence: "", base: null, chain: [], staged: [], attempt: null };

const prefix = "manifest.";

export function manifestName(number: number): string {
  return `${prefix}${number}`;
}

/** The number of the newest manifest among the names of a folder; 0 where there is none. */
export function newestManifest(names: readonly string[]): number {
  let newest = 0;
  for (const name of names) {
    const number = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (Number.isSafeInteger(number) && number > newest) newest = number;
  }
  return newest;
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  return Buffer.from(JSON.stringify({ weir: 1, ...manifest }));
}

/** Manifests become visible whole, so that one which cannot be read was damaged later. */
export function decodeManifest(path: string, bytes: Uint8Array): Manifest {
  try {
    const { weir, ...manifest } = JSON.parse(Buffer.from(bytes).toString()) as Manifest & { readonly weir?: unknown };
    if (weir === 1) return manifest;
  } catch {
    // Said below.
  }
  throw new StateStoreError(`the state file ${path} is damaged`, {
    kind: "damaged",
    hint: "restore the folder from a backup, or remove the task's folder to begin with empty state",
  });
}

/** Every file that a manifest needs. */
export function filesOf({ chain, staged }: Manifest): ReadonlySet<string> {
  return new Set([...chain, ...staged].map(({ file }) => file));
}
