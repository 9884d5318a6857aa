import type { Evaluate } from "../evaluate.ts";

/** What one event must be to be taken: of one of these streams, and past this WHERE. */
export interface Member {
  readonly alias: string;
  readonly streams: readonly string[];
  readonly where: Evaluate | null;
  /** Whether WHERE reads what the run has bound: else it is the same for all runs. */
  readonly dependent: boolean;
  /** Position among all members of the sequence, for what is known of an event independently of a run. */
  readonly id: number;
}

/** A step that must, or may, occur; NOT steps stand in `guards` of the step before them. */
export interface Step {
  readonly kind: "plain" | "all" | "any";
  /** One for a plain step. */
  readonly members: readonly Member[];
  readonly min: number;
  readonly max: number;
  /** Strict: its first event comes directly after the last one bound. */
  readonly next: boolean;
  /** The NOTs behind it, before the following step. */
  readonly guards: readonly Member[];
}

export interface Steps {
  readonly steps: readonly Step[];
  /** Whether the sequence ends in NOT: it matches when its WITHIN runs out. */
  readonly absence: boolean;
  readonly memberCount: number;
  /** Whether some step is strict: then every event of the key matters. */
  readonly strict: boolean;
}
