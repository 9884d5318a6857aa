import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { folderOf, jsonLines, runWeir } from "./run-weir.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const rule = "RULE r FROM s BY u WITHIN 10s WHEN COUNT() > 1 EMIT LOW\n";
const good = `${rule}TEST "two fire" { s { u: 1 } AT 0s, 1s EXPECT r AT 1s }\n`;
const bad = `${rule}\nTEST "too <few> & \u0001\u001b[31m" {\n  s { u: 1 } AT 0s\n  EXPECT r AT 0s\n}\n`;

test("tests that hold end with 0, tests that fail with 1, each named with its file and line", async () => {
  const cwd = folderOf({ "good.weir": good, "bad.weir": bad });
  const passed = await runWeir(["test", "good.weir"], { cwd });
  expect(passed).toEqual({ code: 0, out: "good.weir\n  ✓ two fire\n\n1 test in 1 file: 1 passed\n", err: "" });
  const failed = await runWeir(["test", "good.weir", "bad.weir"], { cwd });
  expect(failed.code).toBe(1);
  expect(failed.out).toContain("✗ too <few> & \\u0001\\u001b[31m (bad.weir:3)\n");
  expect(failed.out).toContain("line 5: `r AT 0s` did not come\n");
  expect(failed.out).toContain("2 tests in 2 files: 1 passed, 1 failed\n");
  expect(failed.out).not.toContain("\u001b");
});

test("a failed test shows events, alerts and expectations on a time line", async () => {
  const cwd = folderOf({
    "r.weir": `${rule}TEST "t" {
      s { u: 1 } AT 0s, 1s, 2s, 3s, 4s, 5s, 6s, 7s, 8s, 9s
      s { u: 2 } AT 20s, 21s
      EXPECT r AT 1s { u: 1 }
      EXPECT r AT 9s { u: 1 }
    }`,
  });
  const { out } = await runWeir(["test", "r.weir"], { cwd });
  expect(out.split("\n").slice(2, -3)).toEqual([
    "      line 6: `r AT 9s { u: 1 }` came otherwise: at 21s, not at 9s, u is 2, not 1",
    "        for u 1: its episode has been open since 1s: it fires again once it has closed",
    "        for u 1: it fired at 1s",
    "         0s   s { u: 1 }",
    "         1s   s { u: 1 }",
    "         1s = fired r LOW AT 1s { u: 1 }",
    "         2s   s { u: 1 }",
    "         3s   s { u: 1 }",
    "         4s   … 2 events to 5s",
    "         6s   s { u: 1 }",
    "         7s   s { u: 1 }",
    "         8s   s { u: 1 }",
    "         9s   s { u: 1 }",
    "         9s - expected r AT 9s { u: 1 } (line 6)",
    "        20s   s { u: 2 }",
    "        21s   s { u: 2 }",
    "        21s + fired r LOW AT 21s { u: 2 }",
  ]);
});

test("a failed test says what value the condition reached, and how far the run of a sequence came", async () => {
  const cwd = folderOf({
    "r.weir": `${rule}RULE q BY u SEQUENCE a THEN NOT x THEN b WITHIN 1m EMIT LOW
TEST "t" {
  s { u: 1 } AT 0s
  a { u: 7 } AT 1s
  x { u: 7 } AT 2s
  EXPECT r { u: 1 }
  EXPECT q { u: 7 }
}`,
  });
  const { out } = await runWeir(["test", "r.weir"], { cwd });
  expect(out).toContain("        for u 1: at 0s COUNT() was 1, not > 1\n");
  expect(out).toContain(
    '        for u 7: the run that came furthest had a at 1s and waited for b; at 2s an event of NOT `x` ended it: {"u":7,"ts":2000}\n',
  );
  const { out: json } = await runWeir(["test", "r.weir", "--json"], { cwd });
  expect(jsonLines(json)[0]).toMatchObject({
    missing: [
      { rule: "r", line: 7, why: { reasons: [{ kind: "not-true" }] } },
      { rule: "q", line: 8, why: { reasons: [{ kind: "run" }] } },
    ],
  });
});

test("of very much that is wrong it shows a part", async () => {
  const times = Array.from({ length: 400 }, (_, i) => `${i * 20}s, ${i * 20 + 1}s`).join(", ");
  const expects = Array.from({ length: 30 }, (_, i) => `EXPECT r AT ${i + 1}ms`).join("\n");
  const cwd = folderOf({ "r.weir": `${rule}TEST "t" { s { u: 1 } AT ${times}\n${expects} }` });
  const { code, out } = await runWeir(["test", "r.weir"], { cwd });
  expect(code).toBe(1);
  expect(out).toContain("… 10 more expectations were not met\n");
  expect(out).toMatch(/… \d+ more lines\n/);
  expect(out.split("\n").length).toBeLessThan(300);
});

test("weir blocks of Markdown files that hold tests are rules of their own, with the lines of the file", async () => {
  const markdown = [
    "# Rules",
    "```weir",
    "RULE unread WITHIN 10 nonsense", // no TEST: an example of something else
    "```",
    "- in a list",
    "  ```weir",
    ...good.trimEnd().split("\n"),
    "  ```",
    "~~~~ weir title",
    ...bad.trimEnd().split("\n"),
    "~~~",
    "-- a shorter fence closes nothing",
    "~~~~",
    "```ts",
    'TEST "x"',
    "```",
  ];
  const cwd = folderOf({ "page.md": markdown.join("\n").replace("~~~\n--", "--") });
  const { code, out, err } = await runWeir(["test", "page.md", "--json"], { cwd });
  expect(code).toBe(1);
  expect(jsonLines(out).map(({ line, passed }) => [line, passed])).toEqual([
    [8, true],
    [13, false],
  ]);
  expect(jsonLines(err)).toEqual([{ files: 1, tests: 2, passed: 1, failed: 1, broken: 0 }]);
});

test("a block with a test that does not compile ends with 2, the place is the file's; the rest is run", async () => {
  const cwd = folderOf({
    "page.md": `text\n\n\`\`\`weir\nRULE r WITHN 10s EMIT LOW\nTEST "t" { s { } AT 0s EXPECT r }\n\`\`\`\n`,
    "good.weir": good,
  });
  const { code, out, err } = await runWeir(["test", "page.md", "good.weir"], { cwd });
  expect(code).toBe(2);
  expect(err).toContain("  page.md:4:8\n");
  expect(err).toContain("1 file or block has errors");
  expect(out).toContain("✓ two fire");
});

test("folders and patterns are searched for rules and pages, other files passed over", async () => {
  const cwd = folderOf({ "good.weir": good, "notes.txt": "no rules" });
  mkdirSync(join(cwd, "deep/er"), { recursive: true });
  mkdirSync(join(cwd, "deep/node_modules"));
  writeFileSync(join(cwd, "deep/er/bad.weir"), bad);
  writeFileSync(join(cwd, "deep/er/page.md"), `\`\`\`weir\n${good}\`\`\`\n`);
  writeFileSync(join(cwd, "deep/node_modules/other.weir"), bad);
  const files = async (...paths: string[]): Promise<unknown[]> => {
    const { out } = await runWeir(["test", "--json", ...paths], { cwd });
    return jsonLines(out).map(({ file }) => file);
  };
  expect(await files(".")).toEqual(["deep/er/bad.weir", "deep/er/page.md", "good.weir"]);
  expect(await files("**/*.weir", "good.weir", "notes.txt")).toEqual(["deep/er/bad.weir", "good.weir"]);
});

test("what names no file, and files without a test, are bad usage", async () => {
  const cwd = folderOf({ "r.weir": rule, "n.txt": "x" });
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["none.weir"], "`none.weir` names no file"],
    [["no/**/*.weir"], "`no/**/*.weir` names no file"],
    [["r.weir"], "there is no TEST block"],
    [["n.txt"], "there is no TEST block"],
    [["r.weir", "--with", "none.weir"], "cannot open rules `none.weir`"],
    [["-", "--junit", "no/such/folder.xml"], "cannot write `no/such/folder.xml`"],
  ];
  for (const [args, message] of cases) {
    const { code, err } = await runWeir(["test", ...args], { cwd, input: good });
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(err).toContain(message);
  }
});

test("--with lends the declarations of another file, whose rules do not count", async () => {
  const cwd = folderOf({
    "streams.weir": "STREAM s { u: NUMBER }\nRULE every FROM s EMIT INFO\n",
    "r.weir": good,
    "typo.weir": good.replace("{ u: 1 }", "{ v: 1 }"),
  });
  expect((await runWeir(["test", "r.weir", "--with", "streams.weir"], { cwd })).code).toBe(0);
  const typo = await runWeir(["test", "typo.weir", "--with", "streams.weir"], { cwd });
  expect(typo.code).toBe(2);
  expect(typo.err).toContain("stream `s` has no field `v`");
});

test("--junit writes well-formed XML, whatever titles and events hold", async () => {
  const cwd = folderOf({
    "good.weir": good,
    "bad.weir": bad,
    "broken.weir": 'RULE r WHEN "<&>" > 1 EMIT LO\n',
  });
  const { code } = await runWeir(["test", "good.weir", "bad.weir", "broken.weir", "--junit", "out.xml"], { cwd });
  expect(code).toBe(2);
  const xml = readFileSync(join(cwd, "out.xml"), "utf8");
  expect(xml).toMatch(
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="weir test" tests="3" failures="1" errors="1" time="[\d.]+">/,
  );
  expect(xml).toMatch(/<testcase classname="good.weir" name="two fire" file="good.weir" line="2" time="[\d.]+"\/>/);
  expect(xml).toContain('name="too &lt;few&gt; &amp; \ufffd"');
  expect(xml).toContain('<failure message="line 5: `r AT 0s` did not come" type="failure">');
  expect(xml).toContain('<testcase classname="broken.weir" name="the rules compile" file="broken.weir">');
  expectWellFormed(xml);
});

/** Tags nest, attributes are quoted, and no text holds a bare `<`, `&` or control character. */
function expectWellFormed(xml: string): void {
  const open: string[] = [];
  const token =
    /<\?[^?]*\?>|<(\/?)([a-z]+)((?: [a-z]+="(?:[^"<&]|&[a-z#0-9]+;)*")*)(\/?)>|(?:[^<&\p{Cc}]|[\n\r\t]|&[a-z#0-9]+;)+/guy;
  let end = 0;
  for (const match of xml.matchAll(token)) {
    end = match.index + match[0].length;
    const [, closing, name, , empty] = match;
    if (name === undefined) continue;
    if (closing === "/") expect(open.pop()).toBe(name);
    else if (empty === "") open.push(name);
  }
  expect([end, open]).toEqual([xml.length, []]);
}
