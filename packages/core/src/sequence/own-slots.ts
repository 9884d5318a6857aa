/** Places of a rule for the few slots of its group that it holds something of; freed ones are used again. */
export class OwnSlots {
  readonly #places = new Map<number, number>();
  readonly #slots: number[] = [];
  readonly #free: number[] = [];

  /** Slots that have a place. */
  get live(): number {
    return this.#places.size;
  }

  /** The place of a slot; −1 where it has none. */
  find(slot: number): number {
    return this.#places.get(slot) ?? -1;
  }

  /** A place for a slot that has none. */
  claim(slot: number): number {
    const place = this.#free.pop() ?? this.#slots.length;
    this.#places.set(slot, place);
    this.#slots[place] = slot;
    return place;
  }

  /** The slot that has a place. */
  slotOf(place: number): number {
    return this.#slots[place]!;
  }

  free(place: number): void {
    this.#places.delete(this.#slots[place]!);
    this.#free.push(place);
    if (this.#places.size > 0) return;
    this.#slots.length = 0;
    this.#free.length = 0;
  }
}
