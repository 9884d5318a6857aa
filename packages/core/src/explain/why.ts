import type { Severity, WindowPlan } from "../plan.ts";
import type { ConditionPart } from "./condition-part.ts";
import type { EvaluationOutcome } from "./key-trail.ts";
import type { RunTrace } from "./run-trace.ts";

/** What an engine made with `explain` records. */
export interface ExplainOptions {
  /** Whether alerts carry the events that made them fire. Default true. */
  readonly events?: boolean;
  /** Rules to record; without it all of them. */
  readonly rules?: readonly string[];
  /** Whether to record a key of a rule (`{ user: "u1" }`); without it every key. */
  readonly keeps?: (rule: string, key: Readonly<Record<string, unknown>>) => boolean;
  /** For how many keys of a rule to record, those in use last. Default 1,000. */
  readonly keys?: number;
  /** How many of the newest evaluations of a key to keep besides the closest ones. Default 32. */
  readonly evaluations?: number;
}

/** Why an alert fired: its condition, part by part, as it was then. */
export interface Why {
  readonly alertId: string;
  readonly rule: string;
  readonly at: number;
  readonly severity: Severity;
  /** `null`: the branch has no WHEN, or of a FOR by the clock so many keys waited that its evaluation was forgotten. */
  readonly condition: ConditionPart | null;
}

/** One evaluation of a rule for a key: of its branches, the one that came closest. */
export interface Evaluation {
  readonly at: number;
  readonly severity: Severity;
  /** `null`: the branch has no WHEN. */
  readonly condition: ConditionPart | null;
  /** 1 where the condition was TRUE; below, how near it came. */
  readonly closeness: number;
  readonly outcome: EvaluationOutcome;
}

/** A part of WHERE, and for how many events it was not TRUE. */
export interface RefusedBy {
  readonly text: string;
  readonly events: number;
}

/** What kept a rule from firing. */
export type WhyNotReason =
  /** It did fire for the key: the last time at `last`. */
  | { readonly kind: "fired"; readonly count: number; readonly first: number | null; readonly last: number }
  /** The closest evaluation was not TRUE. */
  | { readonly kind: "not-true"; readonly evaluation: Evaluation }
  /** The episode has fired and is still open: it fires again once it has closed. */
  | { readonly kind: "episode-open"; readonly since: number }
  /** The condition holds, and must do so until its FOR is over. */
  | { readonly kind: "for"; readonly until: number }
  | { readonly kind: "cooldown"; readonly until: number; readonly count: number }
  /** Events came, and the rule was not evaluated for the key by then: its window or session had not ended. */
  | { readonly kind: "not-evaluated"; readonly window: WindowPlan["kind"] | null }
  /** Of a sequence: the run that came furthest. */
  | { readonly kind: "run"; readonly run: RunTrace }
  /** Of a sequence: no event satisfied the first step. */
  | {
      readonly kind: "no-run";
      readonly events: number;
      readonly refused: number;
      readonly refusedBy: readonly RefusedBy[];
    }
  /** WHERE was not TRUE for these events (of the key, where it is known; else of all). */
  | {
      readonly kind: "filtered";
      readonly refused: number;
      readonly passed: number;
      readonly refusedBy: readonly RefusedBy[];
      readonly last: number | null;
    }
  /** Events that passed WHERE have no such key: a part of it is NULL, a list or an object. */
  | { readonly kind: "missing-key"; readonly events: number; readonly part: string }
  /** Events of the rule's streams came, none of them with this key. */
  | { readonly kind: "no-event" }
  /** No event of a stream that the rule reads came, which these rules write; events of other streams did. */
  | {
      readonly kind: "no-stream";
      readonly stream: string;
      readonly writtenBy: readonly string[];
      readonly others: readonly { readonly stream: string; readonly events: number }[];
    }
  | { readonly kind: "late"; readonly events: number; readonly last: number | null }
  | { readonly kind: "bad"; readonly stream: string; readonly events: number; readonly reason: string };

/** Why a rule did not fire for a key. */
export interface WhyNot {
  readonly rule: string;
  /** The key that this is about; `null` where none was seen. */
  readonly key: Readonly<Record<string, unknown>> | null;
  /** What is said holds as of this time. */
  readonly time: number;
  /** The most telling first; never empty. */
  readonly reasons: readonly WhyNotReason[];
  /** The newest evaluation at or before the time. */
  readonly last: Evaluation | null;
  /** The closest evaluation at or before the time; of equal ones the first. */
  readonly best: Evaluation | null;
  /** Of a sequence: the run that came furthest, of those that began at or before the time. */
  readonly run: RunTrace | null;
  /** FALSE where older evaluations or other keys were forgotten: then `best` is the best of what is remembered. */
  readonly complete: boolean;
}

/** A time at which a rule came close to firing for a key and did not. */
export interface NearMiss {
  readonly rule: string;
  readonly key: Readonly<Record<string, unknown>>;
  readonly at: number;
  /** Below 1. */
  readonly closeness: number;
  readonly evaluation: Evaluation | null;
  /** Of a sequence. */
  readonly run: RunTrace | null;
}
