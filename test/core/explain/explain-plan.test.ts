import { type ExplainNode, explainPlan } from "@weir/core";
import { compile } from "@weir/dsl";
import { expect, test } from "vitest";

/** What the windows of rules keep per key. */
function kept(rules: string): readonly string[] {
  const states = ({ details, children }: ExplainNode): readonly string[] => [
    ...details.filter((line) => line.startsWith("state per key: ")),
    ...children.flatMap(states),
  ];
  return states(explainPlan(compile(rules).plan!)).map((line) => line.slice("state per key: ".length));
}

test("of a window that only comparisons read is told how much of it they can tell apart", () => {
  const rule = (when: string, emit = "EMIT LOW"): string =>
    `FROM s BY u WITHIN 1h WHEN ${when} ${emit} EXPIRE AFTER 1d `;
  const apart = ", which is what the rules can tell apart";
  expect(kept(rule("COUNT() > 20"))).toEqual([`at most 21 events${apart}: 92 bytes`]);
  expect(kept(`PARAM limit = 3 ${rule("COUNT() >= limit", "EMIT LOW { total: SUM(x) }")}`)).toEqual([
    `at most 3 events${apart}: 48 bytes`,
  ]);
  expect(kept(`${rule("COUNT() > 20")}${rule("COUNT(DISTINCT x) >= 8")}`)).toEqual([
    `at most 21 events and 8 values of COUNT(DISTINCT x)${apart}: 160 bytes`,
  ]);
  expect(kept(rule("COUNT() > 99"))).toEqual([
    `at most 100 events${apart}: up to 1048 bytes, less while there are fewer`,
  ]);
  expect(
    kept(`${rule("COUNT() > 20")}${rule("COUNT() >= 5", "EMIT LOW { total: SUM(x) }").replace("1h", "10s")}`),
  ).toEqual([
    "92 bytes",
    `at most 21 events${apart}: nothing beside the ring of times`,
    `at most 5 events${apart}: 44 bytes beside the ring of times`,
  ]);
  const everything = ["one entry per event of the last 1h"];
  expect(kept(rule("SUM(x) > 20"))).toEqual(everything);
  expect(kept(rule("COUNT() > 20", "EMIT EACH LOW { n: COUNT() }"))).toEqual(everything);
  expect(kept(`${rule("COUNT() > 20")}${rule("AVG(x) > 8")}`)).toEqual(everything);
});

test("of other windows is told what bounds them", () => {
  expect(kept("FROM s BY u WITHIN 1h PRECISION 1m WHEN COUNT() > 5 EMIT LOW")).toEqual([
    "one entry per slice of 1m in the last 1h",
  ]);
  expect(kept("FROM s BY u LAST 7 EVENTS WHEN COUNT() > 5 EMIT LOW EXPIRE AFTER 1d")).toEqual(["at most 7 entries"]);
  expect(kept("FROM s BY u EVERY 1h WHEN COUNT() > 5 EMIT LOW")).toEqual(["constant"]);
  expect(kept("FROM s BY u EVERY 1h WHEN MEDIAN(x) > 5 EMIT LOW")).toEqual([
    "one entry per distinct value of the window",
  ]);
  expect(kept("FROM s BY u SEQUENCE a THEN b WITHIN 1m EMIT LOW".replace("FROM s ", ""))).toEqual([
    "at most 1000 partial matches, none older than 1m",
  ]);
});

test("of whole windows is told which share a ring of events, and what an event costs for how long", () => {
  const rule = (window: string, reads: string): string =>
    `FROM s BY u ${window} WHEN ${reads} > 5 EMIT LOW { n: COUNT() } EXPIRE AFTER 1d `;
  const ring = (rules: string): readonly string[] => {
    const nodes = (node: ExplainNode): readonly ExplainNode[] => [node, ...node.children.flatMap(nodes)];
    return nodes(explainPlan(compile(rules).plan!)).find(({ title }) => title === "ring of events")?.details ?? [];
  };
  expect(ring(rule("WITHIN 1h", "SUM(x)"))).toEqual(["state per event: 16 bytes of the last 1h"]);
  const three = ["1m", "10m", "1h"].map((length) => rule(`WITHIN ${length}`, "AVG(x)")).join("");
  expect(ring(three)).toEqual([
    "state per event: 16 bytes of the last 1h",
    "shared by: the windows WITHIN 1m, WITHIN 10m, WITHIN 1h",
  ]);
  expect(ring(rule("WITHIN 1m", "SUM(x) + COUNT(DISTINCT y)") + rule("WITHIN 1h", "MAX(x)"))).toEqual([
    "state per event: 8 bytes of the last 1h, 12 bytes of the last 1m",
    "shared by: the windows WITHIN 1m, WITHIN 1h",
  ]);
  expect(ring(rule("LAST 7 EVENTS", "SUM(x)"))).toEqual(["state per event: 8 bytes of the newest 7"]);
  expect(ring("FROM s BY u WITHIN 1h WHEN COUNT() > 20 EMIT LOW")).toEqual([]);
});

test("rules that differ in a constant of their filter are said to be a template", () => {
  const rule = (kind: string, most: number): string =>
    `FROM s WHERE kind = "${kind}" AND x > 1 BY u WITHIN 1h WHEN COUNT() > ${most} EMIT LOW `;
  const four = `${rule("a", 4)}${rule("b", 5)}${rule("c", 6)}${rule("d", 7)}`;
  const plan = explainPlan(compile(four).plan!);
  expect(plan.title).toBe("plan: 4 rules in 1 group");
  const [template] = plan.children;
  expect(template!.details).toEqual([
    "source: s",
    "filter: `kind` equals a constant of a rule, found by a map",
    "and: x > 1",
    "key: u",
    "expiry: a key is freed when nothing of it is live",
    "template: 4 rules for 4 values of `kind`",
  ]);
  expect(template!.children[0]!.title).toBe("window WITHIN 1h");
  expect(template!.children.slice(1).map(({ details }) => details[0])).toEqual(
    ["a", "b", "c", "d"].map((kind) => `where: (kind = "${kind}") AND (x > 1)`),
  );
  // With two rules for one constant more is kept of its keys: what is left is too few for a template.
  expect(explainPlan(compile(`${four}${rule("a", 3)}`).plan!).title).toBe("plan: 5 rules in 4 groups");
});
