/** Which of many rules hold something of a key: most hold nothing of most. Rules are places in a list, given in its order. */
export class HeldRules {
  readonly #bySlot = new Map<number, number[]>();

  /** Whether no rule holds anything. */
  get isEmpty(): boolean {
    return this.#bySlot.size === 0;
  }

  /** The rules that hold something of a slot. */
  at(slot: number): readonly number[] {
    return this.#bySlot.get(slot) ?? none;
  }

  add(slot: number, place: number): void {
    const places = this.#bySlot.get(slot);
    if (places === undefined) {
      this.#bySlot.set(slot, [place]);
      return;
    }
    const at = places.findLastIndex((other) => other <= place);
    if (places[at] !== place) places.splice(at + 1, 0, place);
  }

  remove(slot: number, place: number): void {
    const places = this.#bySlot.get(slot);
    const at = places?.indexOf(place) ?? -1;
    if (places === undefined || at === -1) return;
    if (places.length === 1) this.#bySlot.delete(slot);
    else places.splice(at, 1);
  }
}

const none: readonly number[] = Object.freeze([]);
