import { createEngine, restoreEngine } from "@weir/core";
import { compile } from "@weir/dsl";
import { expect, it } from "vitest";

function planOf(text: string): Parameters<typeof createEngine>[0] {
  const compiled = compile(text);
  if (!compiled.ok) throw new Error(compiled.diagnostics[0]!.message);
  return compiled.plan;
}

it("events without a key are counted for each rule that would have seen them, over a restart with more rules too", () => {
  const first = `FROM s BY u WITHIN 1m WHEN COUNT() > 1 EMIT LOW
FROM s WHERE n > 1 BY u WITHIN 1m WHEN COUNT() > 1 EMIT LOW`;
  const engine = createEngine(planOf(first));
  const start = 1_700_000_000_000;
  for (let n = 0; n < 4; n++) engine.push("s", { ts: start + n, n });
  expect(engine.stats().rules.map(({ missingKey }) => missingKey)).toEqual([4, 2]);
  const plan = planOf(`${first}\nFROM s BY u WITHIN 1m WHEN COUNT() > 5 EMIT LOW`);
  const restored = restoreEngine(plan, engine.snapshot(), { otherRules: true });
  restored.push("s", { ts: start + 10, n: 9 });
  expect(restored.stats().rules.map(({ missingKey }) => missingKey)).toEqual([5, 3, 1]);
  const again = restoreEngine(plan, restored.snapshot());
  expect(again.stats().rules.map(({ missingKey }) => missingKey)).toEqual([5, 3, 1]);
});
