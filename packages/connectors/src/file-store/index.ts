export { type Disk, realDisk } from "./disk.ts";
export { FileStateStore, type FileStateStoreOptions } from "./file-state-store.ts";
