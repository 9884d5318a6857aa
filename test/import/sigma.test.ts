import { compile, format, importSigma, type SigmaOptions } from "@weir/dsl";
import { describe, expect, test } from "vitest";
import { readYaml } from "../../packages/cli/src/import/read-yaml.ts";
import { fired, type Given } from "./run-imported.ts";

const imports = (yaml: string, options: SigmaOptions = {}) => importSigma(readYaml(yaml), options);

const failedLogon = `
title: Failed logon
name: failed_logon
id: 0b2f9f3e-2d50-4a3a-9f0e-5e5a4a8d7c11
logsource: { product: windows, service: security }
detection:
    selection:
        EventID: 4625
    filter_machine:
        TargetUserName|endswith: '$'
    condition: selection and not filter_machine
level: low
`;
const logon = `
title: Logon
name: logon
logsource: { product: windows, service: security }
detection:
    selection:
        EventID: 4624
    condition: selection
`;
const correlation = (text: string): string => `title: Correlated\nname: correlated\nlevel: high\ncorrelation:\n${text}`;
const rules = (...documents: readonly string[]): string => documents.join("\n---\n");
const event = (
  ts: number,
  EventID: number | string,
  TargetUserName: string,
  more: Record<string, unknown> = {},
): Given => ["windows_security", ts, { EventID, TargetUserName, ...more }];

describe("event_count", () => {
  const many = imports(
    rules(
      failedLogon,
      correlation(
        "  type: event_count\n  rules: [failed_logon]\n  group-by: [TargetUserName]\n  timespan: 1m\n  condition: { gte: 3 }",
      ),
    ),
  );

  test("fires once when the count is reached, per group", () => {
    const events = [0, 1, 2, 3].flatMap((ts) => [event(ts, 4625, "ann"), event(ts, ts === 0 ? 4625 : 1, "bob")]);
    expect(fired(many, events)).toEqual(["correlated 2 ann"]);
  });

  test("counts an event exactly one timespan before, and none 1 ms older", () => {
    const at = (ts: number): Given[] => [event(0, 4625, "ann"), event(30_000, 4625, "ann"), event(ts, 4625, "ann")];
    expect(fired(many, at(60_000))).toEqual(["correlated 60000 ann"]);
    expect(fired(many, at(60_001))).toEqual([]);
  });

  test("leaves out what the filter of its detection names, and takes events without that field", () => {
    expect(
      fired(
        many,
        [0, 1, 2].map((ts) => event(ts, 4625, "PC$")),
      ),
    ).toEqual([]);
    const byHost = imports(
      rules(
        failedLogon,
        correlation(
          "  type: event_count\n  rules: [failed_logon]\n  group-by: [Host]\n  timespan: 1m\n  condition: { gte: 2 }",
        ),
      ),
    );
    const noUser = (ts: number): Given => ["windows_security", ts, { EventID: "4625", Host: "h" }];
    expect(fired(byHost, [noUser(0), noUser(1)])).toEqual(["correlated 1 h"]);
  });

  test("with a bound from above looks at whole timespans, and says so", () => {
    const few = imports(
      rules(
        failedLogon,
        correlation(
          "  type: event_count\n  rules: [failed_logon]\n  group-by: [TargetUserName]\n  timespan: 1m\n  condition: { gt: 1, lte: 3 }",
        ),
      ),
    );
    expect(few.findings.map(({ level }) => level)).toEqual(["note"]);
    expect(few.findings[0]!.message).toContain("whole timespans");
    const events = [
      ...[0, 1].map((ts) => event(ts, 4625, "two")),
      ...[2, 3, 4, 5].map((ts) => event(ts, 4625, "four")),
    ];
    expect(fired(few, events, 60_000)).toEqual(["correlated 60000 two"]);
  });
});

test("value_count counts different values, each once", () => {
  const spraying = imports(
    rules(
      failedLogon,
      correlation(
        "  type: value_count\n  rules: [failed_logon]\n  group-by: [IpAddress]\n  timespan: 1h\n  condition: { gte: 3, field: TargetUserName }",
      ),
    ),
  );
  const from = (ts: number, user: string): Given => event(ts, 4625, user, { IpAddress: "10.0.0.9" });
  expect(fired(spraying, [from(0, "a"), from(1, "b"), from(2, "a"), from(3, "c")])).toEqual(["correlated 3 10.0.0.9"]);
  expect(fired(spraying, [from(0, "a"), from(1, "b"), from(3_600_000, "c")])).toEqual(["correlated 3600000 10.0.0.9"]);
  expect(fired(spraying, [from(0, "a"), from(1, "b"), from(3_600_001, "c")])).toEqual([]);
});

test("value_sum, value_avg and value_median measure a field", () => {
  const sum = imports(
    rules(
      logon,
      correlation(
        "  type: value_sum\n  rules: [logon]\n  group-by: [Host]\n  timespan: 1h\n  condition: { gt: 10, field: Bytes }",
      ),
    ),
  );
  expect(
    fired(
      sum,
      [5, 5, 1].map((Bytes, ts) => event(ts, 4624, "a", { Host: "h", Bytes })),
    ),
  ).toEqual(["correlated 2 h"]);
});

describe("temporal", () => {
  const web = `
title: Error
name: internal_error
logsource: { category: webserver }
detection:
    selection:
        http.response.status_code: 500
    condition: selection
`;
  const network = `
title: Connection
name: new_connection
logsource: { category: network }
detection:
    selection:
        action: connect
    condition: selection
`;
  const both = imports(
    rules(
      web,
      network,
      correlation(`  type: temporal
  rules: [internal_error, new_connection]
  group-by: [internal_ip]
  timespan: 10s
  aliases:
      internal_ip: { internal_error: destination.ip, new_connection: source.ip }`),
    ),
  );
  const error = (ts: number, ip: string): Given => [
    "webserver",
    ts,
    { http: { response: { status_code: 500 } }, destination: { ip } },
  ];
  const connection = (ts: number, ip: string): Given => ["network", ts, { action: "Connect", source: { ip } }];

  test("wants every rule, in any order, where the aliases of a field agree", () => {
    expect(fired(both, [error(0, "a"), connection(10_000, "a")])).toEqual(["correlated 10000 a"]);
    expect(fired(both, [connection(0, "a"), error(10, "a"), connection(20, "a")])).toEqual(["correlated 10 a"]);
    expect(fired(both, [error(0, "a"), connection(10_001, "a")])).toEqual([]);
    expect(fired(both, [error(0, "a"), connection(5, "b")])).toEqual([]);
    expect(fired(both, [error(0, "a"), error(5, "a")])).toEqual([]);
  });

  test("with a condition wants so many of its rules", () => {
    const two = imports(
      rules(
        web,
        network,
        logon,
        correlation(
          "  type: temporal\n  rules: [internal_error, new_connection, logon]\n  timespan: 1m\n  condition: { gte: 2 }",
        ),
      ),
    );
    expect(fired(two, [error(0, "a"), error(1, "b"), event(2, 4624, "u")])).toEqual(["correlated 2"]);
  });

  test("with a condition in words wants what it says, and looks at whole timespans where it says not", () => {
    const said = (condition: string): ReturnType<typeof imports> =>
      imports(
        rules(
          web,
          network,
          logon,
          correlation(
            `  type: temporal\n  rules: [internal_error, new_connection, logon]\n  timespan: 1m\n  condition: ${condition}`,
          ),
        ),
      );
    const either = said("internal_error and (new_connection or logon)");
    expect(either.findings).toEqual([]);
    expect(fired(either, [error(0, "a"), event(60_000, 4624, "u")])).toEqual(["correlated 60000"]);
    expect(fired(either, [connection(0, "a"), event(1, 4624, "u")])).toEqual([]);
    const without = said("internal_error and not logon");
    expect(without.findings.map(({ level }) => level)).toEqual(["note"]);
    expect(fired(without, [error(0, "a"), connection(1, "a")], 60_000)).toEqual(["correlated 60000"]);
    expect(fired(without, [error(0, "a"), event(1, 4624, "u")], 60_000)).toEqual([]);
  });

  test("ordered, may say in words that it wants all of them", () => {
    const said = (condition: string): ReturnType<typeof imports> =>
      imports(
        rules(
          failedLogon,
          logon,
          correlation(
            `  type: temporal_ordered\n  rules: [failed_logon, logon]\n  timespan: 1m\n  condition: ${condition}`,
          ),
        ),
      );
    expect(fired(said("failed_logon AND logon"), [event(0, 4625, "u"), event(1, 4624, "u")])).toEqual(["correlated 1"]);
    expect(said("failed_logon or logon").rules).toEqual([]);
  });

  test("ordered, wants them in order", () => {
    const ordered = imports(
      rules(
        failedLogon,
        logon,
        correlation(
          "  type: temporal_ordered\n  rules: [failed_logon, logon]\n  group-by: [TargetUserName]\n  timespan: 1m",
        ),
      ),
    );
    expect(fired(ordered, [event(0, 4625, "u"), event(60_000, 4624, "u")])).toEqual(["correlated 60000 u"]);
    expect(fired(ordered, [event(0, 4625, "u"), event(60_001, 4624, "u")])).toEqual([]);
    expect(fired(ordered, [event(0, 4624, "u"), event(1, 4625, "u")])).toEqual([]);
  });

  test("builds on correlations, whose alerts become events", () => {
    const chain = imports(
      rules(
        failedLogon,
        logon,
        "title: Many\nname: many_failed\ncorrelation:\n  type: event_count\n  rules: [failed_logon]\n  group-by: [TargetUserName, IpAddress]\n  timespan: 5m\n  condition: { gte: 3 }",
        correlation(
          "  type: temporal_ordered\n  rules: [many_failed, logon]\n  group-by: [TargetUserName]\n  timespan: 1h",
        ),
      ),
    );
    expect(chain.rules).toEqual(["many_failed", "correlated"]);
    const failures = [0, 1, 2].map((ts) => event(ts, 4625, "u", { IpAddress: "1.2.3.4" }));
    expect(fired(chain, [...failures, event(9, 4624, "u")])).toEqual(["many_failed 2 u,1.2.3.4", "correlated 9 u"]);
    expect(fired(chain, [...failures.slice(1), event(9, 4624, "u")])).toEqual([]);
  });
});

describe("detections", () => {
  const sample = {
    Image: "C:\\Windows\\System32\\cmd.exe",
    CommandLine: "cmd.exe /c whoami -All",
    EventID: 1,
    Port: 8080,
    Ip: "10.1.2.3",
    Text: "100%_done*",
    Flag: true,
    Empty: "",
  };
  const table: readonly (readonly [selection: string, holds: boolean])[] = [
    ["Image: 'c:\\windows\\system32\\CMD.exe'", true],
    ["Image|endswith: '\\cmd.exe'", true],
    ["Image|endswith|cased: '\\CMD.exe'", false],
    ["Image|startswith: 'c:\\'", true],
    ["Image|contains: SYSTEM32", true],
    ["Image: '*\\cmd.???'", true],
    ["Image: '*\\cmd.??'", false],
    ["CommandLine|contains|all: [whoami, '-all']", true],
    ["CommandLine|contains|all: [whoami, 'nothing']", false],
    ["CommandLine|contains: [nothing, whoami]", true],
    ["CommandLine|windash|contains: ' /all'", true],
    ["CommandLine|contains: ' /all'", false],
    ["CommandLine|re: 'who.m[ij]'", true],
    ["CommandLine|re: 'WHO.M'", false],
    ["CommandLine|re|i: 'WHO.M'", true],
    ["EventID: '1'", true],
    ["EventID: [2, 1]", true],
    ["Port|gt: 8079", true],
    ["Port|gte: 8080", true],
    ["Port|lt: 8080", false],
    ["Port|lte: 8080", true],
    ["Port|neq: 8080", false],
    ["Missing|neq: 8080", true],
    ["Ip|cidr: 10.0.0.0/8", true],
    ["Ip|cidr: [192.168.0.0/16, '::1/128']", false],
    ["Image|exists: true", true],
    ["Image|exists: false", false],
    ["Missing|exists: false", true],
    ["Missing: null", true],
    ["Empty: ''", true],
    ["Flag: true", true],
    ["Text: '100%_done\\*'", true],
    ["Text: '100%?done\\*'", true],
    ["Text: '100_*'", false],
    ["Image|fieldref: CommandLine", false],
    ["Image|fieldref: Image", true],
  ];

  test.each(table)("%s is %s", (selection, holds) => {
    const yaml = `title: t\nlogsource: { product: x }\ndetection:\n    selection:\n        ${selection}\n    condition: selection`;
    const imported = imports(yaml);
    expect(imported.findings).toEqual([]);
    expect(fired(imported, [["x", 0, sample]]).length === 1).toBe(holds);
  });

  test.each([
    ["base64offset|contains", "utf8"],
    ["wide|base64offset|contains", "utf16le"],
    ["utf16le|base64offset|contains", "utf16le"],
  ] as const)("%s finds a text wherever it stands in what is encoded", (modifiers, encoding) => {
    const imported = imports(
      `title: t\nlogsource: { product: x }\ndetection:\n    s:\n        A|${modifiers}|cased: ['Grüße /x', '🦉http']\n    condition: s`,
    );
    expect(imported.findings).toEqual([]);
    const encoded = (text: string): string => Buffer.from(text, encoding).toString("base64");
    for (const before of ["", "a", "ab", "abc", "abcd"]) {
      for (const after of ["", "a", "ab"]) {
        for (const [text, holds] of [
          ["Grüße /x", true],
          ["🦉http", true],
          ["Grüsse /x", false],
        ] as const) {
          const alerts = fired(imported, [["x", 0, { A: encoded(`${before}${text}${after}`) }]]);
          expect([before, text, after, alerts.length]).toEqual([before, text, after, holds ? 1 : 0]);
        }
      }
    }
  });

  test.each([
    ["base64", "hello", "aGVsbG8="],
    ["base64|startswith", "hell", "aGVsbA=="],
    ["utf16be|base64", "A1", "AEEAMQ=="],
    ["utf16|base64", "A1", "//5BADEA"],
  ])("%s of %s is %s", (modifiers, value, encoded) => {
    const imported = imports(
      `title: t\nlogsource: { product: x }\ndetection:\n    s:\n        A|${modifiers}: '${value}'\n    condition: s`,
    );
    expect(fired(imported, [["x", 0, { A: encoded }]]).length).toBe(1);
    expect(fired(imported, [["x", 0, { A: `x${encoded}` }]]).length).toBe(0);
  });

  const conditions: readonly (readonly [condition: string, holds: boolean])[] = [
    ["yes and not no", true],
    ["yes and no", false],
    ["no or yes and yes", true],
    ["not (no or yes)", false],
    ["1 of selection_*", true],
    ["all of selection_*", false],
    ["any of them", true],
    ["all of them", false],
    ["not 1 of n*", true],
    ["1 of *_b", false],
  ];

  test.each(conditions)("the condition `%s` is %s", (condition, holds) => {
    const yaml = `title: t
logsource: { product: x }
detection:
    yes: { EventID: 1 }
    no: { EventID: 2 }
    selection_a: { Port: 8080 }
    selection_b: { Other: 1 }
    _hidden: { EventID: 1 }
    condition: ${condition}`;
    expect(fired(imports(yaml), [["x", 0, sample]]).length === 1).toBe(holds);
  });

  test("a list of maps, and a list of conditions, want one of theirs", () => {
    const yaml = `title: t
logsource: { product: x }
detection:
    a:
        - EventID: 7
        - Port: 8080
          Ip: 10.1.2.3
    b: { EventID: 9 }
    condition: [b, a]`;
    expect(fired(imports(yaml), [["x", 0, sample]])).toHaveLength(1);
  });

  test("keywords are looked for in the field that holds the text", () => {
    const yaml = (keywords: string): string =>
      `title: t\nlogsource: { product: x }\ndetection:\n    keywords:\n        ${keywords}\n    condition: keywords`;
    const found = (keywords: string): boolean => {
      const imported = imports(yaml(keywords), { messageField: "log.text" });
      expect(imported.findings).toEqual([]);
      return fired(imported, [["x", 0, { log: { text: "sshd: Failed password for root" } }]]).length === 1;
    };
    expect(found("- 'failed PASSWORD'\n        - nothing")).toBe(true);
    expect(found("- nothing")).toBe(false);
    expect(found("'|all':\n            - sshd\n            - root")).toBe(true);
    expect(found("'|all':\n            - sshd\n            - ann")).toBe(false);
    expect(found("- 'pass*root'\n        - x")).toBe(true);
  });

  test("one stream takes the events of every log source where it is asked for", () => {
    expect(fired(imports(logon, { stream: "events" }), [["events", 0, { EventID: 4624 }]])).toEqual(["logon 0"]);
  });
});

describe("what has no equivalent is named with its line, and the others come out", () => {
  const bad = (body: string): string => `title: Bad\nlogsource: { product: x }\n${body}`;
  const refused: readonly (readonly [document: string, line: number, message: string])[] = [
    [bad("detection:\n  keywords:\n    - a\n  condition: keywords"), 5, "`--message-field NAME`"],
    [bad("detection:\n  s:\n    A|expand: x\n  condition: s"), 5, "the modifier `expand`"],
    [bad("detection:\n  s:\n    A|wide: x\n  condition: s"), 5, "the modifier `wide`"],
    [bad("detection:\n  s:\n    A|base64|re: x\n  condition: s"), 5, "`base64` and `re` together"],
    [bad("detection:\n  s:\n    A|base64: x*\n  condition: s"), 5, "a wildcard in an encoded value"],
    [bad("detection:\n  s:\n    A|base64offset: ''\n  condition: s"), 5, "too short"],
    [bad("detection:\n  s:\n    A|re: '(?=x)'\n  condition: s"), 5, "the regular expression"],
    [bad("detection:\n  s:\n    A|gt: x\n  condition: s"), 5, "is no number"],
    [bad("detection:\n  s:\n    A|cidr: x\n  condition: s"), 1, "no network"],
    [bad("detection:\n  s: { A: 1 }\n  condition: t"), 5, "no search identifier `t`"],
    [bad("detection:\n  s: { A: 1 }\n  condition: s and ("), 5, "it ends where"],
    [bad("detection:\n  s: { A: 1 }\n  condition: s | count() > 5"), 5, "is a correlation rule since version 2"],
    [bad("detection:\n  s: { A: 1 }"), 4, "no condition"],
    ["title: Bad\ndetection:\n  s: { A: 1 }\n  condition: s", 1, "no logsource"],
    ["title: Bad", 1, "neither a detection nor a correlation"],
    ["- just\n- a list", 1, "is not a map"],
    [
      correlation("  type: event_count\n  rules: [nobody]\n  timespan: 1m\n  condition: { gte: 1 }"),
      5,
      "no rule of the name or id `nobody`",
    ],
    [
      correlation("  type: event_count\n  rules: [correlated]\n  timespan: 1m\n  condition: { gte: 1 }"),
      1,
      "refers to itself",
    ],
    [
      correlation("  type: value_percentile\n  rules: [logon]\n  timespan: 1m"),
      5,
      "`value_percentile` has no equivalent",
    ],
    [
      correlation("  type: event_count\n  rules: [logon]\n  timespan: 1 month\n  condition: { gte: 1 }"),
      7,
      "is no timespan",
    ],
    [correlation("  type: event_count\n  rules: [logon]\n  timespan: 1m"), 5, "no condition"],
    [
      correlation("  type: temporal_ordered\n  rules: [logon, failed_logon]\n  timespan: 1m\n  condition: { gte: 1 }"),
      5,
      "ordered correlation has no equivalent",
    ],
    ["title: F\nfilter:\n  rules: [logon]", 1, "a Sigma filter"],
    ["action: global\ntitle: F", 1, "`action` documents"],
  ];

  test.each(refused)("%s", (document, line, message) => {
    const imported = imports(rules(document, `${failedLogon.trim()}\ngenerate: true`, logon));
    const errors = imported.findings.filter(({ level }) => level === "error");
    expect(errors).toMatchObject([{ line }]);
    expect(errors[0]!.message).toContain(message);
    expect(imported.text).toContain(`not imported, line ${line}: `);
    expect(compile(imported.text).ok).toBe(true);
    expect(imported.rules.filter((name) => name !== "correlated")).not.toContain("bad");
  });
});

test("what comes out is formatted, and a title cannot break out of its comment or its strings", () => {
  const imported = imports(logon.replace("title: Logon", 'title: "a\\n} RULE x EMIT HIGH \\" {y} \\u2028 -- z"'));
  expect(format(imported.text)).toEqual({ text: imported.text, diagnostics: [] });
  expect(imported.rules).toEqual(["logon"]);
  expect(fired(imported, [["windows_security", 0, { EventID: 4624 }]])).toEqual(["logon 0"]);
});
