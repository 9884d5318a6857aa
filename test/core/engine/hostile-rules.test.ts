import { createEngine, type Plan } from "@weir/core";
import { compile } from "@weir/dsl";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";

/** Texts that would do something if any of them were ever run as code: each calls a function that counts. */
const payloads = [
  '"];hostile();["',
  "'];hostile();['",
  "`${hostile()}`",
  "${hostile()}",
  '\\");hostile();("',
  "\u2028hostile();\u2029",
  "*/hostile()/*",
  "//\nhostile();",
  "\n;hostile();//",
  "constructor",
  "__proto__",
  "toString",
  "r0",
  "refs",
  "});hostile();(()=>{",
  "</script><script>hostile()</script>",
  "\\u0022;hostile();",
  "\ud800hostile()",
];

let ran = 0;
(globalThis as Record<string, unknown>)["hostile"] = () => {
  ran++;
};

afterEach(() => {
  expect(ran).toBe(0);
});

const text = fc.oneof(
  fc.constantFrom(...payloads),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.tuple(fc.constantFrom(...payloads), fc.constantFrom(...payloads)).map(([a, b]) => a + b),
);

it("nothing of a rule's text is ever run: names, texts and messages are data", { timeout: 60_000 }, () => {
  let accepted = 0;
  fc.assert(
    fc.property(text, text, text, fc.double({ noNaN: true }), (name, other, literal, number) => {
      const field = quotedName(name);
      const amount = quotedName(`${other}2`);
      const message = quoted(other.replaceAll("{", "{{").replaceAll("}", "}}"));
      const compiled = compile(`
        STREAM s { ${field}: STRING, ${amount}: NUMBER }
        RULE ${field} ${quoted(other)}
          FROM s
          WHERE ${field} = ${quoted(literal)} AND ${amount} != ${Math.min(Math.abs(number), 1e15).toFixed(3)}
            AND ${field} IN (${quoted(literal)}, ${quoted(other)})
          BY ${field}
          WITHIN 1m
          WHEN COUNT() >= 1 AND SUM(${amount}) < 1e300 AND COUNT(DISTINCT ${field}) > 0
          EMIT HIGH ${message} { ${field}: ${quoted(literal)} }`);
      if (!compiled.ok) return;
      accepted++;
      const engine = createEngine(compiled.plan, { mode: "generated" });
      const event = Object.fromEntries([
        ["ts", 1_700_000_000_000],
        [compiled.plan.streams[0]!.fields![0]!.name, literal],
        [compiled.plan.streams[0]!.fields![1]!.name, 5],
      ]) as Record<string, unknown>;
      const fired = engine.push("s", event);
      expect(fired.map(({ data }) => Object.values(data))).toEqual(number === 5 ? [] : [[literal]]);
    }),
    { numRuns: 400 },
  );
  expect(accepted).toBeGreaterThan(100);
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
});

function quoted(of: string): string {
  return JSON.stringify(of);
}

/** A name in back-ticks, as far as one may hold the text. */
function quotedName(of: string): string {
  return `\`${of.replaceAll(/[`\n\r]/g, "_")}\``;
}
