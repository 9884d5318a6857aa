import { MAX_DURATION_MS } from "../../limits.ts";
import { parseDuration } from "../../duration-literal.ts";
import { ImportError } from "../imported.ts";
import type { SourceNode } from "../source-node.ts";
import { asMap, get, getText, getTexts, scalars, type SourceMap } from "./read.ts";

/** The `correlation` of a rule, as it says. */
export interface Correlation {
  readonly line: number;
  readonly type: CorrelationType;
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  /** `{ gte: 10 }`: operators and counts, of which all must hold. */
  readonly bounds: readonly Bound[];
  /** `a and not b`: which of the rules must match, where a temporal correlation says it so. */
  readonly expression: string | null;
  readonly fields: readonly string[];
  /** Fields by alias and rule. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The rules it refers to tell by themselves too. */
  readonly generate: boolean;
}

export interface Bound {
  readonly operator: ">" | ">=" | "<" | "<=" | "=" | "!=";
  readonly count: number;
}

const types = [
  "event_count",
  "value_count",
  "value_sum",
  "value_avg",
  "value_median",
  "temporal",
  "temporal_ordered",
] as const;

export type CorrelationType = (typeof types)[number];

const operators: Readonly<Record<string, Bound["operator"]>> = {
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  eq: "=",
  neq: "!=",
};

export function readCorrelation(rule: SourceMap): Correlation {
  const source = get(rule, "correlation");
  const map = asMap(source ?? rule, "`correlation`");
  const { line } = map;
  const said = getText(map, "type");
  const type = types.find((one) => one === said);
  if (type === undefined) {
    throw new ImportError(
      line,
      said === undefined ? "the correlation has no type" : `the correlation type \`${said}\` has no equivalent`,
    );
  }
  const rules = getTexts(map, "rules");
  if (rules.length === 0) throw new ImportError(line, "the correlation refers to no rules");
  if (rules.length > maxRules) throw new ImportError(line, `the correlation refers to more than ${maxRules} rules`);
  const condition = get(map, "condition");
  const temporal = type === "temporal" || type === "temporal_ordered";
  const expression = temporal && condition?.kind === "scalar" ? String(condition.value) : null;
  const { bounds, fields } = readBounds(expression === null ? condition : undefined);
  if (!temporal && bounds.length === 0) throw new ImportError(line, "the correlation has no condition");
  if (type.startsWith("value_") && fields.length === 0) throw new ImportError(line, "the condition names no field");
  return {
    line,
    type,
    rules,
    groupBy: readGroupBy(map),
    timespanMs: readTimespan(map),
    bounds,
    expression,
    fields,
    aliases: readAliases(map),
    generate: getText(map, "generate") === "true" || getText(rule, "generate") === "true",
  };
}

const maxRules = 100;

function readGroupBy(map: SourceMap): readonly string[] {
  const fields = getTexts(map, "group-by");
  if (fields.length > maxRules) {
    throw new ImportError(map.line, `the correlation groups by more than ${maxRules} fields`);
  }
  return fields;
}

function readTimespan(map: SourceMap): number {
  const text = getText(map, "timespan") ?? getText(map, "timeframe");
  if (text === undefined) throw new ImportError(map.line, "the correlation has no timespan");
  const ms = /^\d+[smhdw]$/.test(text) ? parseDuration(text) : Number.NaN;
  if (!(ms >= 1 && ms < MAX_DURATION_MS)) {
    throw new ImportError(
      get(map, "timespan")?.line ?? map.line,
      `\`${text}\` is no timespan: a number and one of s, m, h, d, w, up to 10 years`,
    );
  }
  return ms;
}

function readBounds(node: SourceNode | undefined): Pick<Correlation, "bounds" | "fields"> {
  const bounds: Bound[] = [];
  let fields: readonly string[] = [];
  if (node === undefined) return { bounds, fields };
  if (node.kind !== "map") {
    throw new ImportError(node.line, "this kind of condition of a correlation has no equivalent");
  }
  for (const { key, value, line } of node.entries) {
    if (key === "field") {
      fields = scalars(value, "`field`").map((field) => String(field.value));
      continue;
    }
    const operator = operators[key];
    const count = value.kind === "scalar" ? Number(value.value) : Number.NaN;
    if (operator === undefined) {
      throw new ImportError(line, `\`${key}\` in the condition of a correlation has no equivalent`);
    }
    if (!Number.isFinite(count)) throw new ImportError(line, `\`${key}\` is not followed by a number`);
    bounds.push({ operator, count });
  }
  return { bounds, fields };
}

function readAliases(map: SourceMap): Correlation["aliases"] {
  const node = get(map, "aliases");
  if (node === undefined) return new Map();
  return new Map(
    asMap(node, "`aliases`").entries.map(({ key, value }) => {
      const fields = asMap(value, `alias \`${key}\``).entries.map((entry) => {
        return [
          entry.key,
          scalars(entry.value, `alias \`${key}\``).map((field) => String(field.value))[0] ?? "",
        ] as const;
      });
      return [key, new Map(fields)];
    }),
  );
}
