/**
 * Lets the tasks of a process take turns at what may bring it down: when it does, there is no doubt which of them it was.
 *
 * Whoever asks again while it is its turn keeps it.
 */
export class Turns {
  #owner: object | null = null;
  #waiting: { readonly owner: object; readonly begin: () => void }[] = [];

  async take(owner: object): Promise<void> {
    if (this.#owner === owner) return;
    if (this.#owner === null) {
      this.#owner = owner;
      return;
    }
    await new Promise<void>((begin) => {
      this.#waiting.push({ owner, begin });
    });
  }

  /** Ends the turn of this owner, also one that it still waits for. */
  end(owner: object): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.owner !== owner);
    if (this.#owner !== owner) return;
    const next = this.#waiting.shift();
    this.#owner = next?.owner ?? null;
    next?.begin();
  }
}
