/** Hands out the bytes of a source in the pieces that are asked for. */
export class ByteStream {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  async atEnd(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#iterator.next();
      if (next.done === true) return true;
      this.#chunk = next.value.slice();
    }
    return false;
  }

  /** The next bytes; fewer where the source ends. */
  async take(count: number): Promise<Uint8Array> {
    if (count <= this.#chunk.length) return this.#cut(count);
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < count && !(await this.atEnd())) {
      const part = this.#cut(Math.min(count - length, this.#chunk.length));
      parts.push(part);
      length += part.length;
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** The bytes of one variable-length number. */
  async takeVarint(): Promise<Uint8Array> {
    const bytes: number[] = [];
    while (bytes.length < 10) {
      const [byte] = await this.take(1);
      if (byte === undefined) break;
      bytes.push(byte);
      if (byte < 0x80) break;
    }
    return Uint8Array.from(bytes);
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  #cut(count: number): Uint8Array {
    const part = this.#chunk.subarray(0, count);
    this.#chunk = this.#chunk.subarray(count);
    return part;
  }
}
