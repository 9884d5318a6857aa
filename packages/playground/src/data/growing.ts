/** A list of whole numbers that grows. */
export class GrowingUint32 {
  #data = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#data.length) {
      const next = new Uint32Array(this.#data.length * 2);
      next.set(this.#data);
      this.#data = next;
    }
    this.#data[this.#length++] = value;
  }

  get(index: number): number {
    return this.#data[index]!;
  }

  /** A copy of what it holds. */
  copy(): Uint32Array<ArrayBuffer> {
    return this.#data.slice(0, this.#length);
  }
}

/** A list of numbers that grows. */
export class GrowingFloat64 {
  #data = new Float64Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#data.length) {
      const next = new Float64Array(this.#data.length * 2);
      next.set(this.#data);
      this.#data = next;
    }
    this.#data[this.#length++] = value;
  }

  get(index: number): number {
    return this.#data[index]!;
  }

  copy(): Float64Array<ArrayBuffer> {
    return this.#data.slice(0, this.#length);
  }
}
