import { createEngine, type Plan } from "@weir/core";
import { compile } from "@weir/dsl";
import fc from "fast-check";
import { expect, it } from "vitest";
import { hostile, runFile } from "./fuzz-generator.ts";
import { hostileFiles } from "./hostile-rules.ts";
import { payloads, takeRuns } from "./hostile-text.ts";

const given = { numRuns: Number(process.env["WEIR_RUNS"] ?? 1500) };

it("nothing of a rule's text is ever run: names, texts, patterns, rows and messages are data", () => {
  const accepted: Record<string, number> = {};
  const inherited = Object.getOwnPropertyNames(Object.prototype).sort();
  fc.assert(
    fc.property(hostile, ({ kind, given: texts }) => {
      const file = hostileFiles[kind]!(texts);
      const generated = runFile(file, "generated");
      if (generated === null) return;
      accepted[kind] = (accepted[kind] ?? 0) + 1;
      expect(generated.ran).toBe(0);
      expect(generated.alerts).toEqual(runFile(file, "interpreted")!.alerts);
      if (file.fires !== null) expect(generated.alerts.length, file.rules).toBe(file.fires);
    }),
    given,
  );
  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(inherited);
  for (const kind of Object.keys(hostileFiles)) expect(accepted[kind], kind).toBeGreaterThan(given.numRuns / 30);
});

it("nor of a plan that no compiler made", () => {
  const fired = payloads.map((payload) => {
    const { plan } = compile("RULE r FROM s WHERE a = 'x' BY b WITHIN 1m WHEN COUNT() > 0 EMIT LOW") as { plan: Plan };
    const changed = JSON.parse(
      JSON.stringify(plan).replaceAll('"a"', JSON.stringify(payload)).replaceAll('"x"', JSON.stringify(payload)),
    ) as Plan;
    const event = Object.fromEntries([
      ["ts", 1_700_000_000_000],
      ["b", 1],
      [payload, payload],
    ]) as Record<string, unknown>;
    return createEngine(changed, { mode: "generated" }).push("s", event).length;
  });
  expect(fired).toEqual(payloads.map(() => 1));
  expect(takeRuns()).toBe(0);
});
