import { compile, format, importEql, type EqlOptions } from "@weir/dsl";
import { describe, expect, test } from "vitest";
import { fired, type Given } from "./run-imported.ts";

const rule = (query: string, options: EqlOptions = {}) => {
  const imported = importEql(query, { name: "r", ...options });
  expect(imported.findings.filter(({ level }) => level === "error")).toEqual([]);
  return imported;
};
const process = (ts: number, name: string, more: Record<string, unknown> = {}): Given => [
  "process",
  ts,
  { host: { id: "h1" }, process: { name }, ...more },
];

describe("a sequence", () => {
  const cmdThenNet = rule(`
    sequence by host.id with maxspan=1m
      [process where process.name == "cmd.exe"]
      [network where destination.port == 443]`);
  const net = (ts: number, host = "h1"): Given => ["network", ts, { host: { id: host }, destination: { port: 443 } }];

  test("matches at exactly its maxspan, and not 1 ms later", () => {
    expect(fired(cmdThenNet, [process(0, "cmd.exe"), net(60_000)])).toEqual(["r 60000 h1"]);
    expect(fired(cmdThenNet, [process(0, "cmd.exe"), net(60_001)])).toEqual([]);
  });

  test("matches within one value of its key alone", () => {
    expect(fired(cmdThenNet, [process(0, "cmd.exe"), net(5, "h2")])).toEqual([]);
  });

  test("tells once where several first events wait for one last", () => {
    expect(fired(cmdThenNet, [process(0, "cmd.exe"), process(5, "cmd.exe"), net(10), net(20)])).toEqual(["r 10 h1"]);
  });

  test("keeps what began between the events of a match", () => {
    const abc = rule(`sequence by host.id with maxspan=1h
      [process where process.name == "a"] [process where process.name == "b"] [process where process.name == "c"]`);
    const events = ["a", "b", "a", "c", "b", "c"].map((name, i) => process(i, name));
    expect(fired(abc, events)).toEqual(["r 3 h1", "r 5 h1"]);
  });

  test("uses an event in several matches, as a last and as a first one", () => {
    const three = rule("sequence [process where n <= 3] [process where true] [process where true]");
    expect(
      fired(
        three,
        [1, 2, 3, 4, 5, 6].map((n): Given => ["process", n, { n }]),
      ),
    ).toEqual(["r 3", "r 4", "r 5"]);
  });

  test("counts runs of one step", () => {
    const runs = rule(`sequence by user.name with maxspan=10s
      [authentication where event.outcome == "failure"] with runs=3
      [authentication where event.outcome == "success"]`);
    const log = (ts: number, outcome: string): Given => [
      "authentication",
      ts,
      { user: { name: "ann" }, event: { outcome } },
    ];
    const failures = [0, 1000, 2000].map((ts) => log(ts, "failure"));
    expect(fired(runs, [...failures, log(10_000, "success")])).toEqual(["r 10000 ann"]);
    expect(fired(runs, [...failures, log(10_001, "success")])).toEqual([]);
    expect(fired(runs, [...failures.slice(1), log(9000, "success")])).toEqual([]);
  });

  test("is given up by until, also between the runs of a step", () => {
    const byPid = rule(`sequence by pid with maxspan=1h
      [process where name == "a"] with runs=2 [process where name == "b"]
    until [process where type == "stop"]`);
    const at = (ts: number, fields: Record<string, unknown>): Given => ["process", ts, { pid: 7, ...fields }];
    const [a, b, stop] = [{ name: "a" }, { name: "b" }, { type: "stop" }];
    expect(fired(byPid, [at(0, a), at(1, a), at(2, b), at(3, stop)])).toEqual(["r 2 7"]);
    expect(fired(byPid, [at(0, a), at(1, a), at(2, stop), at(3, b)])).toEqual([]);
    expect(fired(byPid, [at(0, a), at(1, stop), at(2, a), at(3, b)])).toEqual([]);
    expect(fired(byPid, [at(0, a), at(1, a), at(2, { name: "b", type: "stop" })])).toEqual(["r 2 7"]);
  });

  test("joins steps by keys of their own", () => {
    const drop = rule(`sequence by host.id with maxspan=5m
      [file where file.extension : "EXE"] by file.path
      [process where true] by process.executable`);
    const file: Given = ["file", 0, { host: { id: 1 }, file: { extension: "exe", path: "/tmp/x.exe" } }];
    const start = (path: string): Given => ["process", 5, { host: { id: 1 }, process: { executable: path } }];
    expect(fired(drop, [file, start("/tmp/x.exe")])).toEqual(["r 5 1,/tmp/x.exe"]);
    expect(fired(drop, [file, start("/tmp/y.exe")])).toEqual([]);
  });

  test("joins a parent and a child, which are events of one kind", () => {
    const child = importEql(`sequence with maxspan=1m
      [process where process.name == "winword.exe"] by process.pid
      [process where process.name == "cmd.exe"] by process.parent.pid`);
    expect(child.findings).toMatchObject([{ level: "note", line: 2 }]);
    const word: Given = ["process", 0, { process: { name: "winword.exe", pid: 10, parent: { pid: 1 } } }];
    const cmd = (parent: number): Given => [
      "process",
      9,
      { process: { name: "cmd.exe", pid: 11, parent: { pid: parent } } },
    ];
    expect(fired(child, [word, cmd(10)])).toEqual(["eql 9 10"]);
    expect(fired(child, [word, cmd(1)])).toEqual([]);
  });
});

describe("a missing event", () => {
  const at = (ts: number, tag: string): Given => ["test", ts, { k: 1, tag }];
  const between = rule(
    'sequence by k with maxspan=1s [test where tag == "a"] ![test where tag == "m"] [test where tag == "b"]',
  );
  const last = rule('sequence by k with maxspan=1s [test where tag == "a"] ![test where tag == "m"]');
  const first = rule('sequence by k with maxspan=3s ![test where tag == "m"] [test where tag == "a"]');

  test("between two must not come", () => {
    expect(fired(between, [at(0, "a"), at(5, "x"), at(9, "b")])).toEqual(["r 9 1"]);
    expect(fired(between, [at(0, "a"), at(5, "m"), at(9, "b")])).toEqual([]);
  });

  test("at the end is told of when the span is over; at exactly the span it still counts", () => {
    expect(fired(last, [at(0, "a"), at(2000, "x")])).toEqual(["r 1001 1"]);
    expect(fired(last, [at(0, "a"), at(1000, "m"), at(2000, "x")])).toEqual([]);
    expect(fired(last, [at(0, "a"), at(1001, "m")], 5000)).toEqual(["r 1001 1"]);
  });

  test("at the start must not have come within the span before", () => {
    expect(fired(first, [at(0, "m"), at(3000, "a")])).toEqual([]);
    expect(fired(first, [at(0, "m"), at(3001, "a")])).toEqual(["r 3001 1"]);
    expect(fired(first, [at(0, "a"), at(1, "m")])).toEqual(["r 0 1"]);
  });
});

describe("conditions", () => {
  const event = {
    name: "PowerShell.exe",
    args: 5,
    ip: "10.1.2.3",
    path: "C:\\Windows\\System32\\cmd.exe",
    empty: "",
    list: ["x", "EN"],
  };
  const table: readonly (readonly [condition: string, holds: boolean])[] = [
    ['name == "PowerShell.exe"', true],
    ['name == "powershell.exe"', false],
    ['name : "powershell.exe"', true],
    ['name : ("cmd.exe", "power*")', true],
    ['name : "p?wershell.*"', true],
    ['name : "p?ershell.*"', false],
    ['name like "Power*"', true],
    ['name like "power*"', false],
    ['name like~ "power*"', true],
    ['name like "100%*"', false],
    ['name regex "Power[A-Z].*"', true],
    ['name regex "Power"', false],
    ['name regex~ "power.*"', true],
    ['name in ("cmd.exe", "PowerShell.exe")', true],
    ['name in~ ("cmd.exe", "POWERSHELL.EXE")', true],
    ['name not in ("cmd.exe")', true],
    ['not name : "power*"', false],
    ['not missing : "power*"', true],
    ['missing : "power*"', false],
    ["missing == null", true],
    ["name != null", true],
    ["?missing.deep == null", true],
    ["args in (1, 5)", true],
    ["args : 5", true],
    ["args + 1 == 6 and args * 2 > 9 and -args < 0", true],
    ["add(args, 2) == 7 and modulo(args, 2) == 1", true],
    ['startsWith(name, "Power") and endsWith~(name, ".EXE")', true],
    ['startsWith(name, "power")', false],
    ['stringContains~(name, "SHELL")', true],
    ['cidrMatch(ip, "192.168.0.0/16", "10.0.0.0/8")', true],
    ['wildcard(name, "*Shell*", "x")', true],
    ["length(name) == 14", true],
    ['substring(name, 5, 10) == "Shell"', true],
    ['substring(name, 5) == "Shell.exe"', true],
    ['concat(args, "-", ip) == "5-10.1.2.3"', true],
    ['string(args) == "5"', true],
    ['path : "*\\\\System32\\\\cmd.exe"', true],
    ['path == """C:\\Windows\\System32\\cmd.exe"""', true],
    ['list[1] : "en"', true],
    ['empty == ""', true],
    ['name == "x" or args == 5 and ip == "10.1.2.3"', true],
    ['(name == "x" or args == 5) and ip == "?"', false],
    ["true", true],
    ["false", false],
  ];

  test.each(table)("%s is %s", (condition, holds) => {
    expect(fired(rule(`process where ${condition}`), [["process", 0, event]]).length === 1).toBe(holds);
  });

  const lists = {
    process: { args: ["git", "clone", "--recursive", 'C:\\x "y"'], name: "git" },
    event: { type: ["start"] },
    own: ["a", "b"],
  };
  const ofLists: readonly (readonly [condition: string, holds: boolean])[] = [
    ['event.type == "start"', true],
    ['event.type != "start"', false],
    ['event.type in ("end", "start")', true],
    ['event.type : "START"', true],
    ['process.args == "clon"', false],
    ['process.args : "clon*"', true],
    ['process.args : "*one"', true],
    ['process.args : "*CURS*"', true],
    ['process.args : "g?t"', true],
    ['process.args : "g?"', false],
    ['process.args : "git*recursive"', false],
    ['process.args like "CLONE"', false],
    ['process.args like~ ("x", "CLONE")', true],
    ['process.args : """C:\\x "y"*"""', true],
    ['process.args : """*x "y"*"""', true],
    ['wildcard(process.args, "--rec*")', true],
    ['not process.args : "pull"', true],
    ["process.args != null", true],
    ['own == "a"', true],
    ['own : "A"', true],
  ];

  test.each(ofLists)("of a field that holds a list, %s is %s", (condition, holds) => {
    const imported = rule(`process where ${condition}`, { listFields: ["own"] });
    expect(fired(imported, [["process", 0, lists]]).length === 1).toBe(holds);
  });

  test("a field that may hold a list may also hold one value", () => {
    const flat: Given = ["process", 0, { process: { args: 'a "b"\\c' }, event: { type: "start" } }];
    const conditions = ['event.type == "start"', 'process.args : """A "B"*"""', 'process.args : """*"b"\\?"""'];
    expect(fired(rule(`process where ${conditions.join(" and ")}`), [flat])).toHaveLength(1);
  });

  test("a network without a length is one address", () => {
    const imported = rule('process where cidrMatch(ip, "::1", "10.0.0.1")');
    const from = (ip: string): Given => ["process", 0, { ip }];
    expect(fired(imported, [from("10.0.0.1"), from("::1"), from("10.0.0.2"), from("::2")])).toHaveLength(2);
  });

  test("any takes the events of one stream of all, a category those that have it in a field", () => {
    const options = { stream: "events", categoryField: "event.category" };
    const login: Given = ["events", 0, { event: { category: "authentication" }, ok: true }];
    expect(fired(rule("any where ok == true", options), [login])).toEqual(["r 0"]);
    expect(fired(rule("authentication where ok == true", options), [login])).toEqual(["r 0"]);
    expect(fired(rule("process where ok == true", options), [login])).toEqual([]);
  });
});

describe("what has no equivalent is named with its line, and no rule comes out", () => {
  const refused: readonly (readonly [query: string, line: number, message: string])[] = [
    ["process where a == 1\n| head 5", 2, "the pipe `| head`"],
    ["sample by host [any where true] [any where true]", 1, "`sample` has no equivalent"],
    ["join by a [x where true] [y where true]", 1, "`join` has no equivalent"],
    ["process where\n  descendant of [file where true]", 2, "`descendant of` has no equivalent"],
    ["process where indexOf(a, 1) == 1", 1, "the function `indexOf`"],
    ['process where a regex "x~y"', 1, "`~` in a regular expression"],
    ['process where a regex "(?=x)"', 1, "the regular expression has no equivalent"],
    ["process where substring(a, -4) == 1", 1, "`substring` has an equivalent only"],
    ["any where true", 1, "`any` needs one stream"],
    ["sequence\n ![a where true]\n [b where true]", 2, "needs `with maxspan`"],
    ["sequence with maxspan=1m ![a where x==1] [b where true] [c where true]", 1, "a missing first event"],
    ["sequence with maxspan=1m ![a where x==1] ![b where x==1]", 1, "every event"],
    ["sequence [a where true] by x [b where true]", 1, "different numbers of keys"],
    ["sequence [a where true] by x\n [a where y==1] by z", 2, "takes every event of this kind"],
    ["sequence [a where true]", 1, "two steps or more"],
    ["sequence with maxspan=5 [a where true] [b where true]", 1, "is no time"],
    ["sequence [a where true] [b where true] with runs=0", 1, "`runs` is a number"],
    ["process where a = 1", 1, "`==` compares"],
    ["process where a == 'x'", 1, "double quotes"],
    ['process where a == "x', 1, "a string without its end"],
    ["process where", 1, "the text ends"],
    ["", 1, "expected an event category"],
    ['process where cidrMatch(ip, "10.0.0.0/33")', 1, "no network"],
    ['process where process.args regex "a.*"', 1, "a field that holds a list"],
  ];

  test.each(refused)("%s", (query, line, message) => {
    const imported = importEql(query);
    expect(imported.rules).toEqual([]);
    expect(imported.findings).toMatchObject([{ level: "error", line }]);
    expect(imported.findings[0]!.message).toContain(message);
    expect(imported.text).toContain(`line ${line}: `);
    expect(compile(imported.text).ok).toBe(true);
  });
});

test("what comes out is formatted, whatever the name", () => {
  const imported = rule("process where a == 1", { name: 'x" { \n RULE y', severity: "HIGH" });
  expect(format(imported.text)).toEqual({ text: imported.text, diagnostics: [] });
  expect(imported.rules).toEqual(["x_rule_y"]);
});
