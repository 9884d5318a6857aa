import { effect, signal } from "@preact/signals";
import type { Partials } from "../protocol/calls.ts";
import { place } from "./transport.ts";
import { active, activeRun } from "./workbench.ts";

/** The partial matches of the sequences at the playhead, at the end where it was not moved; `null` while that is not known. */
export const partials = signal<Partials | null>(null);

/** Keeps them up to date, with one question underway at most: while it plays, places come faster than answers may. */
export function followPartials(): void {
  let isAsking = false;
  let isOld = false;
  const ask = (): void => {
    if (isAsking) {
      isOld = true;
      return;
    }
    isAsking = true;
    isOld = false;
    const { client } = active.peek();
    const answered = (found: Partials | null): void => {
      isAsking = false;
      if (isOld) ask();
      else partials.value = found;
    };
    void client.call("partial", null).then(answered, () => answered(null));
  };
  effect(() => {
    const { status } = activeRun.value;
    const isAnywhere = place.value !== null;
    if (status === "done" || isAnywhere) ask();
    else partials.value = null;
  });
}
