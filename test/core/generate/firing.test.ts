import { createEngine, generatedCode, type Plan } from "@weir/core";
import { compile } from "@weir/dsl";
import { describe, expect, it } from "vitest";

const declared = "STREAM s { user: STRING, amount: NUMBER } TIME ts\n";

function planOf(rules: string): Plan {
  const compiled = compile(declared + rules, { functions: { RISK: { params: ["NUMBER"], returns: "NUMBER" } } });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join("\n"));
  return compiled.plan;
}

/** Whether events are refused by the conditions of the rules before their key is looked up. */
function asksFirst(rules: string): boolean {
  const text = generatedCode(planOf(rules), { functions: { RISK: () => 1 } }).join("\n");
  return /if \(!\(.*\)\) return -1;\n\s*return r\d+\.slotOf/.test(text);
}

describe("an event that fires nothing is not looked up where its rules keep nothing", () => {
  it("of a condition on the event, with a key or without", () => {
    expect(asksFirst("RULE a FROM s BY user WHEN amount > 5 EMIT LOW")).toBe(true);
    expect(asksFirst("RULE a FROM s WHEN amount > 5 EMIT LOW WHEN amount < 0 EMIT HIGH")).toBe(true);
    expect(asksFirst("RULE a FROM s BY user WHEN amount > 5 EMIT LOW COOLDOWN 1m")).toBe(true);
  });

  it("but where something is kept, or the key is asked for", () => {
    expect(asksFirst("RULE a FROM s BY user WITHIN 1m WHEN COUNT() > 5 EMIT LOW")).toBe(false);
    expect(asksFirst("RULE a FROM s BY user WHEN amount > PREV(amount) EMIT LOW")).toBe(false);
    expect(asksFirst("RULE a FROM s BY user EMIT LOW")).toBe(false);
    expect(
      asksFirst("RULE a FROM s BY user WHEN amount > 5 EMIT LOW\nRULE b FROM s BY user WITHIN 1m COUNT() > 5 EMIT LOW"),
    ).toBe(false);
  });

  it("nor is a function of the host called twice for one event", () => {
    const rules = "RULE a FROM s BY user WHEN RISK(amount) > 5 EMIT LOW";
    expect(asksFirst(rules)).toBe(false);
    const called: unknown[] = [];
    const risk = (amount: unknown): number => called.push(amount) * 5;
    const engine = createEngine(planOf(rules), { functions: { RISK: risk } });
    for (let ts = 0; ts < 3; ts++) engine.push("s", { ts, user: "u", amount: ts });
    expect(called).toEqual([0, 1, 2]);
  });

  it("says the same in both modes, and counts events without a key all the same", () => {
    const plan = planOf(
      "RULE a FROM s BY user WHEN amount > 5 EMIT LOW { amount }\nRULE b FROM s BY user WHEN amount < 0 EMIT HIGH",
    );
    const events = [1, 6, -1, 7, 0, 8].map((amount, i) => ({
      ts: i,
      amount,
      ...(i === 3 ? {} : { user: `u${i % 2}` }),
    }));
    const [generated, interpreted] = (["generated", "interpreted"] as const).map((mode) => {
      const engine = createEngine(plan, { mode });
      const alerts = events.flatMap((event) => engine.push("s", event));
      return { alerts, stats: engine.stats() };
    });
    expect(generated).toEqual(interpreted);
    expect(generated!.alerts.map(({ rule, key }) => `${rule} ${JSON.stringify(key)}`)).toEqual([
      'a {"user":"u1"}',
      'b {"user":"u0"}',
      'a {"user":"u1"}',
    ]);
    expect(generated!.stats.missingKey).toBe(2);
  });
});
