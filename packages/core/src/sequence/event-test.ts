import type { Row } from "../row.ts";
import type { Runtime } from "../engine/runtime.ts";
import type { BoundScope } from "./bound-scope.ts";
import type { Run } from "./run.ts";
import type { Member } from "./step.ts";

/** Streams come from data: the members of more than this many are found anew each time. */
const maxStreams = 1000;

/**
 * Which steps the event being processed satisfies: each WHERE that reads no run is evaluated once per event, as a bit of a mask, and
 * most events are told by a mask without bits to be of no concern.
 */
export class EventTest {
  readonly #runtime: Runtime;
  readonly #scope: BoundScope;
  readonly members: readonly Member[];
  readonly #byStream = new Map<string, readonly Member[]>();
  #row: Row | null = null;
  #mask = 0;
  #stream = "";
  #ofStream: readonly Member[] = [];
  /** Generated. */
  #maskOf: ((row: Row) => number) | null = null;

  constructor(runtime: Runtime, scope: BoundScope, members: readonly Member[]) {
    this.#runtime = runtime;
    this.#scope = scope;
    this.members = members;
  }

  /** Puts generated code in the place of closures. */
  useMask(maskOf: (row: Row) => number): void {
    this.#maskOf = maskOf;
  }

  /** The bits of the members that accept the context's event, or perhaps do. */
  mask(): number {
    const { context } = this.#runtime;
    const row = context.row!;
    if (row === this.#row) return this.#mask;
    const maskOf = this.#maskOf;
    this.#mask = maskOf === null ? this.#interpreted(row) : maskOf(row);
    this.#row = row;
    return this.#mask;
  }

  /** Whether a member accepts the context's event, for a run (`null`: none has begun). */
  readonly accepts = (member: Member, run: Run | null): boolean => {
    if ((this.mask() & member.bit) === 0) return false;
    if (!member.perhaps) return true;
    const { context } = this.#runtime;
    if (!member.streams.includes(context.row!.stream)) return false;
    if (member.where === null) return true;
    this.#scope.run = run;
    return member.where(context) === true;
  };

  #interpreted(row: Row): number {
    const { context } = this.#runtime;
    if (row.stream !== this.#stream) {
      this.#ofStream = this.#membersOf(row.stream);
      this.#stream = row.stream;
    }
    let mask = 0;
    const members = this.#ofStream;
    for (let i = 0; i < members.length; i++) {
      const { where, perhaps, bit } = members[i]!;
      if (perhaps || where === null || where(context) === true) mask |= bit;
    }
    return mask;
  }

  #membersOf(stream: string): readonly Member[] {
    const known = this.#byStream.get(stream);
    if (known !== undefined) return known;
    const members = this.members.filter(({ streams }) => streams.includes(stream));
    if (this.#byStream.size < maxStreams) this.#byStream.set(stream, members);
    return members;
  }
}
