import type { EventData } from "@weir/core";

/**
 * Tells by a few fields of a record whether all of it is wanted. Where not, a reader may leave the others out, once it has seen that
 * they are of the types that they have to be of.
 */
export interface Skim {
  /** The top-level fields that tell. */
  readonly fields: ReadonlySet<string>;
  /** What other fields have to be, or NULL; those that are not named may be anything. */
  readonly types: ReadonlyMap<string, SkimType>;
  /** Whether an event, of which the fields that tell are there, is wanted with all its fields. */
  isOwn(event: EventData): boolean;
}

export type SkimType = "STRING" | "NUMBER" | "BOOLEAN" | "OBJECT" | "LIST";
