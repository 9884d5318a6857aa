import type { Alert, EngineStats, EventData, NearMiss, PartialMatches, TypeName, Why } from "@weir/core";
import type { Diagnostic } from "@weir/dsl";
import type { DataSource } from "../data/load-events.ts";
import type { BadLine } from "../data/event-store.ts";
import type { BinRequest, Bins } from "../engine/bins.ts";
import type { AlertColumns, AlertDiff } from "../engine/diff-alerts.ts";
import type { WhyNotAnswer } from "../engine/explainer.ts";
import type { Hosting } from "../engine/hosting.ts";
import type { RuleGraph } from "../engine/rule-graph.ts";
import type { Noise } from "../engine/noise.ts";
import type { Page, PageRequest } from "../engine/pages.ts";
import type { PlayheadPlace } from "../engine/playhead.ts";
import type { SetAsideEvent } from "../engine/run.ts";
import type { Shrunk } from "../engine/shrink.ts";
import type { Finding } from "../engine/fuzz.ts";
import type { SweepPoint } from "../engine/sweep.ts";

/** A field of the loaded events, for completion and for the import step. */
export interface FieldFacts {
  readonly name: string;
  readonly samples: readonly unknown[];
}

/** What is known of a recording once it is loaded. */
export interface DatasetFacts {
  readonly name: string;
  readonly bytes: number;
  readonly events: number;
  readonly bad: number;
  readonly badLines: readonly BadLine[];
  readonly streams: readonly string[];
  readonly fields: readonly FieldFacts[];
  /** Some events, for completion and hover. */
  readonly sampled: readonly { readonly stream: string; readonly data: EventData }[];
  /** Why the file could not be read to its end. */
  readonly error: { readonly message: string; readonly hint: string | null } | null;
  /** Whether only the first events were read, because there are more than fit. */
  readonly cut: boolean;
}

export interface RuleFacts {
  readonly name: string;
  readonly title: string | null;
  readonly windowMs: number | null;
  /** Alerts by severity, from INFO to CRITICAL. */
  readonly counts: readonly number[];
  readonly suppressed: number;
}

/** A run as it stands: at its end, or underway. */
export interface RunFacts {
  readonly position: number;
  readonly events: number;
  readonly isDone: boolean;
  readonly alerts: number;
  readonly keptAlerts: number;
  readonly hash: string;
  readonly rules: readonly RuleFacts[];
  readonly range: { readonly from: number; readonly to: number } | null;
  /** The tables that the rules declare. */
  readonly tables: readonly TableFacts[];
  /** The streams that take their time from arrival. */
  readonly arrival: readonly string[];
}

export interface TableFacts {
  readonly name: string;
  readonly key: string;
  /** `null`: not declared, they may be any. */
  readonly fields: readonly { readonly name: string; readonly type: TypeName }[] | null;
}

export type RunOutcome =
  | {
      readonly kind: "done";
      readonly facts: RunFacts;
      readonly stats: EngineStats;
      readonly asides: readonly SetAsideEvent[];
      readonly diagnostics: readonly Diagnostic[];
      readonly ms: number;
    }
  | { readonly kind: "bad-rules"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "cancelled" };

export interface AlertDetail {
  readonly alert: Alert;
  readonly rule: number;
  readonly position: number;
  /** Its condition as it was then; `null` of a resolved one. */
  readonly why: Why | null;
  /** The events that made it fire; `null` where they were not asked for, and of a resolved one. */
  readonly events: readonly ContributingEvent[] | null;
}

export interface ContributingEvent {
  /** The step of a sequence that took it. */
  readonly alias: string | null;
  readonly index: number | null;
  readonly stream: string | null;
  readonly time: number;
  readonly event: EventData;
}

export interface Breakpoint {
  readonly rule: string;
  /** `user=u1`, or text that a value of the key must hold; empty: any. */
  readonly key: string;
  /** A condition in the window of the rule; `null`: where the rule fires. */
  readonly when: string | null;
}

/** What the page may ask of an engine worker, and what it answers. */
export interface EngineCalls {
  load: { readonly input: DataSource & { readonly limit: number }; readonly output: DatasetFacts };
  run: { readonly input: { readonly text: string; readonly hosting: Hosting }; readonly output: RunOutcome };
  /** The first events. */
  take: {
    readonly input: { readonly count: number };
    readonly output: readonly { readonly stream: string; readonly event: EventData }[];
  };
  cancel: { readonly input: null; readonly output: null };
  bins: { readonly input: BinRequest; readonly output: Bins | null };
  page: { readonly input: PageRequest; readonly output: Page };
  /** What made it fire takes another run of its rule: `isBrief` leaves it out. */
  alert: {
    readonly input: { readonly index: number; readonly isBrief: boolean };
    readonly output: AlertDetail | null;
  };
  /** Where an alert is in this run: the one with the same rule, key and time. */
  find: {
    readonly input: { readonly rule: string; readonly key: Readonly<Record<string, unknown>>; readonly at: number };
    readonly output: number | null;
  };
  event: {
    readonly input: { readonly index: number };
    readonly output: {
      readonly event: EventData;
      readonly line: number;
      readonly stream: string;
      readonly time: number;
    } | null;
  };
  seek: { readonly input: { readonly position: number }; readonly output: PlayheadPlace };
  seekTime: { readonly input: { readonly time: number }; readonly output: PlayheadPlace };
  step: { readonly input: { readonly to: "event" | "alert"; readonly back: boolean }; readonly output: PlayheadPlace };
  play: { readonly input: PlayRequest; readonly output: null };
  pause: { readonly input: null; readonly output: PlayheadPlace | null };
  /** Answers what is wrong with each; `null`: nothing. */
  breakpoints: { readonly input: readonly Breakpoint[]; readonly output: readonly (string | null)[] };
  graph: { readonly input: { readonly position: number | null }; readonly output: RuleGraph | null };
  whyNot: {
    readonly input: {
      readonly rule: string;
      readonly key: Readonly<Record<string, unknown>>;
      readonly time: number;
    };
    readonly output: WhyNotAnswer | null;
  };
  nearMisses: { readonly input: { readonly rule: string }; readonly output: readonly NearMiss[] | null };
  /** Of all rules, in their order; `null` where another run has begun. */
  allNearMisses: { readonly input: null; readonly output: readonly (readonly NearMiss[])[] | null };
  partial: { readonly input: null; readonly output: Partials | null };
  columns: { readonly input: null; readonly output: AlertColumns };
  diff: { readonly input: { readonly before: AlertColumns }; readonly output: AlertDiff };
  noise: { readonly input: { readonly label: string | null; readonly zone: number }; readonly output: Noise | null };
  sweep: {
    readonly input: { readonly texts: readonly string[]; readonly rule: string; readonly hosting: Hosting };
    readonly output: readonly SweepPoint[] | null;
  };
  shrink: { readonly input: AlertSearch; readonly output: Shrunk };
  fuzz: { readonly input: AlertSearch; readonly output: readonly Finding[] };
}

/** An alert of the rules as they are, to look for the events that it needs. */
export interface AlertSearch {
  readonly text: string;
  readonly alert: Alert;
  readonly hosting: Hosting;
}

/** The partial matches of the sequences at some time. */
export interface Partials {
  /** `null`: before the first event. */
  readonly at: number | null;
  readonly rules: readonly ({ readonly rule: string } & PartialMatches)[];
}

export interface PlayRequest {
  /** Milliseconds of event time per millisecond; `null`: as fast as it goes. */
  readonly speed: number | null;
  readonly isLooping: boolean;
}

export type EngineCall = keyof EngineCalls;

export interface CallMessage<Op extends EngineCall = EngineCall> {
  readonly id: number;
  readonly op: Op;
  readonly input: EngineCalls[Op]["input"];
}

/** What an engine worker says. */
export type WorkerMessage =
  | { readonly kind: "answer"; readonly id: number; readonly output: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly message: string }
  | { readonly kind: "loading"; readonly bytes: number }
  | { readonly kind: "running"; readonly facts: RunFacts }
  | { readonly kind: "working"; readonly done: number; readonly of: number }
  | { readonly kind: "playing"; readonly place: PlayheadPlace; readonly paused: PauseReason | null }
  | { readonly kind: "alive" }
  /** From now on the worker may be silent for so long, because it does what cannot be interrupted; or may no longer be. */
  | { readonly kind: "patience"; readonly ms: number };

/** A worker that runs rules looks at its messages every few milliseconds. After so long without a word a rule has run away. */
export const silenceMs = 2000;
/** What cannot be interrupted, such as a snapshot of much state, takes no longer than this. */
export const longSilenceMs = 15_000;

export type PauseReason =
  | { readonly kind: "end" }
  | { readonly kind: "breakpoint"; readonly rule: string; readonly key: string; readonly when: string | null };

/** What the page says besides calls: that it has taken the last report, and whether anyone is there. */
export type PageMessage = CallMessage | { readonly kind: "credit" } | { readonly kind: "ping" };
