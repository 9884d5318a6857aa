/** Compression of batches of records. */
export interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  /** Rejects where the bytes are damaged, or would inflate to more than the codec was made for. */
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** Thrown by a codec for bytes that it cannot inflate. */
export class CodecError extends Error {
  override readonly name = "CodecError";
}

export function tooLarge(maxBytes: number): CodecError {
  return new CodecError(`a batch of records inflates to more than ${maxBytes} bytes`);
}
