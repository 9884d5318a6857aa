import type { Run } from "./run.ts";

/** Runs in the order in which they came, linked by themselves: most keys have one, and a list of one costs two words. */
export class RunList {
  first: Run | null = null;
  #last: Run | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(run: Run): void {
    run.next = null;
    if (this.#last === null) this.first = run;
    else this.#last.next = run;
    this.#last = run;
    this.#size++;
  }

  clear(): void {
    this.first = null;
    this.#last = null;
    this.#size = 0;
  }

  /** Keeps the runs that pass a test, which may put a run into another list; whether any was dropped. */
  retain(test: (run: Run) => boolean): void {
    let run = this.first;
    this.clear();
    while (run !== null) {
      const { next } = run;
      if (test(run)) this.push(run);
      run = next;
    }
  }

  /** Takes out the first `count` runs. */
  take(count: number): readonly Run[] {
    const taken: Run[] = [];
    while (taken.length < count && this.first !== null) {
      const run = this.first;
      this.first = run.next;
      this.#size--;
      taken.push(run);
    }
    if (this.first === null) this.#last = null;
    return taken;
  }

  /** Whether the run was there. */
  remove(run: Run): boolean {
    if (this.first === run) {
      this.take(1);
      return true;
    }
    const before = this.#size;
    this.retain((other) => other !== run);
    return this.#size < before;
  }

  *[Symbol.iterator](): Generator<Run> {
    for (let run = this.first; run !== null; ) {
      const { next } = run;
      yield run;
      run = next;
    }
  }
}
