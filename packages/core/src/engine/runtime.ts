import type { Alert } from "../alert.ts";
import type { Explainer } from "../explain/explainer.ts";
import type { EngineContext } from "./engine-context.ts";
import type { AlertIds } from "./alert-ids.ts";
import type { Clock } from "./clock.ts";
import type { Timers } from "./timers.ts";

/** What the parts of an engine share. */
export interface Runtime {
  readonly context: EngineContext;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly ids: AlertIds;
  readonly explain: boolean;
  /** Records what is told of it, where the engine explains itself. */
  /** Names of rules whose values are shown. */
  readonly live: ReadonlySet<string>;
  readonly explainer: Explainer | null;
  /** The instant being processed: the time of the event, or of what is due. */
  instant: number;
  /** Sends an alert out, and into its derived stream. */
  emit(alert: Alert, into: string | null): void;
}
