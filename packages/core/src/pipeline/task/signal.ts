/** Lets one loop wait until something may have changed. A call of `wake` is never lost. */
export class Signal {
  #woken = false;
  #resolve: (() => void) | null = null;

  wake(): void {
    this.#woken = true;
    this.#resolve?.();
  }

  /** Resolves at the next `wake`, or at once where there was one since the last `wait`. */
  async wait(): Promise<void> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
      this.#resolve = null;
    }
    this.#woken = false;
  }
}
