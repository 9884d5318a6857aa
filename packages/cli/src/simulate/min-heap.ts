/** Items in order of a number; those of equal number in the order in which they came. */
export class MinHeap<Item> {
  readonly #entries: { readonly order: number; readonly seq: number; readonly item: Item }[] = [];
  #seq = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** The smallest number; `Infinity` where there is none. */
  get first(): number {
    return this.#entries[0]?.order ?? Infinity;
  }

  push(order: number, item: Item): void {
    const entries = this.#entries;
    const entry = { order, seq: this.#seq++, item };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, entries[parent]!)) break;
      entries[at] = entries[parent]!;
      at = parent;
    }
    entries[at] = entry;
  }

  pop(): Item | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (top === undefined || last === undefined || entries.length === 0) return top?.item;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && isBefore(entries[child + 1]!, entries[child]!)) child++;
      if (!isBefore(entries[child]!, last)) break;
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = last;
    return top.item;
  }
}

function isBefore(a: { order: number; seq: number }, b: { order: number; seq: number }): boolean {
  return a.order < b.order || (a.order === b.order && a.seq < b.seq);
}
