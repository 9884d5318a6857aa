/** A longer line or record is set aside unread: no event is that large, and a file without newlines must not fill the memory. */
export const defaultMaxRecordBytes: number = 16 * 1024 * 1024;

/** What a compressed block of an Avro file may hold once inflated. */
export const maxBlockBytes: number = 256 * 1024 * 1024;
