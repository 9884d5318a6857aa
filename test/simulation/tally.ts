/** How often each kind of fault really happened: a fault that never fires tests nothing. */
export class Tally {
  readonly counts = new Map<string, number>();

  fired(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  add(other: Tally): void {
    for (const [kind, n] of other.counts) this.counts.set(kind, (this.counts.get(kind) ?? 0) + n);
  }
}
