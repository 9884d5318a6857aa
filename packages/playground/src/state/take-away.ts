import type { Alert } from "@weir/core";
import { compile } from "@weir/dsl";
import type { FixtureEvent } from "../engine/fixture.ts";
import { arrivalStreams, hostedPlan } from "../engine/hosting.ts";
import { keyText } from "../engine/alert-store.ts";
import { testBlock } from "../share/test-block.ts";
import { vitestFile } from "../share/vitest-file.ts";
import { askTools } from "./tools.ts";
import { StoppedError } from "./engine-client.ts";
import { type SavedTest, savedTests, takingAway, testsWanted } from "./saved-tests.ts";
import { active, announcement, hosting, notice } from "./workbench.ts";

const maxTests = 200;
let nextId = 1;

/** Finds the fewest events on which the alert still fires, and makes tests of them. */
export async function exportTest(alert: Alert): Promise<void> {
  await working(`Shrinking the match of ${alert.rule}`, async () => {
    const rules = active.value.text.value;
    const found = await askTools("shrink", { text: rules, alert, hosting: hosting.value });
    const last = Math.max(...found.events.map(({ time }) => time));
    const title = `${alert.rule} fires${keyText(alert.key) === "" ? "" : ` for ${keyText(alert.key)}`}`;
    const left = `${found.events.length} of ${found.seen.toLocaleString("en-US")} events are enough`;
    const note = found.isMinimal ? `${left}; none of them can be left out` : `${left}; the search ran out of tries`;
    save(rules, title, "fixture", note, found.events, alert.at > last ? alert.at : null);
  });
}

/** Searches for small changes of the smallest recording that change what the rule says. */
export async function findWeakSpots(alert: Alert): Promise<void> {
  await working(`Looking for counterexamples to ${alert.rule}`, async () => {
    const rules = active.value.text.value;
    const findings = await askTools("fuzz", { text: rules, alert, hosting: hosting.value });
    for (const { kind, change, before, after, events, until } of findings.slice(0, 40)) {
      const times = (count: number): string => (count === 1 ? "once" : count === 0 ? "not at all" : `${count} times`);
      const note = `fires ${times(after)} instead of ${times(before)}`;
      save(rules, `${alert.rule}: ${change}`, kind, note, events, until);
    }
    if (findings.length === 0) {
      notice.value = { kind: "info", text: `No small change of its events changes how often ${alert.rule} fires.` };
    }
  });
}

async function working(what: string, work: () => Promise<void>): Promise<void> {
  if (takingAway.value !== null) return;
  takingAway.value = what;
  testsWanted.value++;
  try {
    await work();
    announcement.value = `${savedTests.value.length} tests`;
  } catch (error) {
    const text =
      error instanceof StoppedError
        ? `${what}: stopped, it took too long`
        : error instanceof Error
          ? error.message
          : String(error);
    notice.value = { kind: "error", text };
  } finally {
    takingAway.value = null;
  }
}

function save(
  rules: string,
  title: string,
  kind: SavedTest["kind"],
  note: string,
  events: readonly FixtureEvent[],
  until: number | null,
): void {
  const compiled = compile(rules);
  if (!compiled.ok) return;
  const plan = hostedPlan(compiled.plan, hosting.value);
  const { text, passes } = testBlock(rules, plan, title, events, until);
  const vitest = vitestFile(rules, plan, title, events, until, arrivalStreams(compiled.plan).length > 0);
  const saved = { id: nextId++, title, kind, note, rules, block: text, passes, vitest };
  savedTests.value = [saved, ...savedTests.value].slice(0, maxTests);
}
