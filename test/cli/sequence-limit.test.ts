import { expect, test, vi } from "vitest";
import { folderOf, runWeir } from "./run-weir.ts";

// It starts a process, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

test("the summary of a replay tells how often MATCH ALL reached its limit", async () => {
  const cwd = folderOf({
    "rules.weir": "SEQUENCE x: a THEN y: b WITHIN 1h MATCH ALL LIMIT 2 EMIT LOW { x: x.v }",
    "a.ndjson": [1, 2, 3, 4].map((v) => `{"ts":${1_700_000_000_000 + v},"v":${v}}`).join("\n"),
  });
  const { code, out, err } = await runWeir(["replay", "rules.weir", "a.ndjson"], { cwd });
  expect(code).toBe(0);
  expect(`${out}${err}`).toContain("2 stopped by a limit");
});
