import type { StateSection } from "../snapshot/section.ts";
import type { RuleRunner } from "./rule-runner.ts";

/** What many rules keep of a key, of those alone that hold something of it, each by its name; `held` gives their places. */
export function heldSection(runners: readonly RuleRunner[], held: (slot: number) => readonly number[]): StateSection {
  let byName: ReadonlyMap<string, RuleRunner> | null = null;
  return {
    id: "held rules",
    save: (slot, out) => {
      const places = held(slot);
      out.uint(places.length);
      for (const place of places) {
        const runner = runners[place]!;
        out.text(runner.output.stateId);
        const start = out.beginBlock();
        runner.save(slot, out);
        out.endBlock(start);
      }
    },
    load: (slot, input) => {
      byName ??= new Map(runners.map((runner) => [runner.output.stateId, runner]));
      for (let n = input.uint(); n > 0; n--) {
        const runner = byName.get(input.text());
        const end = input.block();
        if (runner === undefined) {
          input.skipTo(end);
          continue;
        }
        runner.load(slot, input);
        input.expectAt(end);
      }
    },
  };
}
