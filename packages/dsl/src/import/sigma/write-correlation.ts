import { formatDuration } from "../../duration-literal.ts";
import type { SeverityName } from "../../ast.ts";
import { type Finding, ImportError } from "../imported.ts";
import { allOf, anyOf, fieldPath, freshName, messageText } from "../rule-text.ts";
import { writeCondition } from "./condition.ts";
import type { Bound, Correlation } from "./correlation.ts";
import { derivedName, fieldOf, type Member } from "./member.ts";

/** A correlation with all that it refers to. */
export interface CorrelationRule {
  readonly name: string;
  readonly title: string;
  readonly severity: SeverityName;
  readonly correlation: Correlation;
  readonly members: readonly Member[];
  /** The stream its alerts become events of, where other correlations refer to it; and the fields they need. */
  readonly into: string | null;
  readonly needs: readonly string[];
}

/** A member, and the condition that tells its events from those of the others. */
interface Told {
  readonly member: Member;
  readonly is: string;
}

/** The declarations a correlation becomes. `taken` holds every name that a LET or alias must not have. */
export function writeCorrelation(rule: CorrelationRule, taken: Set<string>, notes: Finding[]): string {
  const { correlation, members } = rule;
  const ordered = correlation.type === "temporal_ordered";
  const { lets, told } = tellApart(members, taken, !ordered || correlation.aliases.size > 0);
  const by = writeBy(correlation, told, notes);
  const head = `RULE ${rule.name} ${JSON.stringify(rule.title)}`;
  const body = ordered ? sequence(rule, by, taken) : window(rule, told, by, notes);
  return [...lets, `${head} ${body}`].join("\n");
}

function tellApart(members: readonly Member[], taken: Set<string>, named: boolean): { lets: string[]; told: Told[] } {
  const oneStream = new Set(members.map(({ stream }) => stream)).size === 1;
  const lets: string[] = [];
  const told = members.map((member): Told => {
    const is = `STREAM_NAME() = ${JSON.stringify(member.stream)}`;
    const condition = oneStream ? member.where : member.where === "TRUE" ? is : allOf([is, member.where]);
    if (!named || members.length === 1) return { member, is: condition };
    const name = freshName(member.name, taken);
    lets.push(`LET ${name} = ${condition}`);
    return { member, is: name };
  });
  return { lets, told };
}

function writeBy(correlation: Correlation, told: readonly Told[], notes: Finding[]): string {
  const { groupBy, line, aliases } = correlation;
  if (groupBy.length === 0) return "";
  const lastNames = groupBy.map((field) => (aliases.has(field) ? field : (field.split(".").at(-1) ?? field)));
  const clash = new Set(lastNames).size < lastNames.length;
  let split = false;
  const keys = groupBy.map((field, i) => {
    const name = fieldPath(["_", clash ? field.split(".").join("_") : (lastNames[i] ?? field)], line).slice(2);
    const own = told.map(({ member }) => fieldOf(field, member, correlation));
    const [first = ""] = own;
    if (new Set(own).size === 1) return first.split(".").at(-1) === name ? first : `${first} AS ${name}`;
    split = true;
    return `CASE ${told.map(({ is }, n) => `WHEN ${is} THEN ${own[n]}`).join(" ")} END AS ${name}`;
  });
  const oneStream = new Set(told.map(({ member }) => member.stream)).size < told.length;
  if (split && oneStream) {
    notes.push({
      level: "note",
      line,
      message: "an event that two rules match, by different keys, counts for the first of them alone",
    });
  }
  return `BY ${keys.join(", ")}`;
}

function window(rule: CorrelationRule, told: readonly Told[], by: string, notes: Finding[]): string {
  const { correlation, members } = rule;
  const streams = [...new Set(members.map(({ stream }) => stream))];
  const where = told.some(({ is }) => is === "TRUE") ? "" : `WHERE ${anyOf(told.map(({ is }) => is))}`;
  const { value, conditions, data } = measure(correlation, told);
  const { expression } = correlation;
  const byClock =
    (expression !== null && /\bnot\b/i.test(expression)) ||
    conditions.some(({ operator }) => operator !== ">" && operator !== ">=");
  if (byClock) {
    notes.push({
      level: "note",
      line: correlation.line,
      message:
        "what must not come, or not so often, is known when the time is over: the rule looks at whole timespans, aligned to the clock",
    });
  }
  const matched = new Map(told.map(({ member, is }) => [member.reference, `COUNT(${is}) >= 1`]));
  const when =
    expression !== null
      ? writeCondition(expression, matched, correlation.line)
      : value === null
        ? allOf([...matched.values()])
        : allOf(conditions.map(({ operator, count }) => `${value} ${operator} ${count}`));
  // An event one whole timespan before another still counts with it.
  const span = byClock
    ? `EVERY ${formatDuration(correlation.timespanMs)}`
    : `WITHIN ${formatDuration(correlation.timespanMs + 1)}`;
  return [
    `FROM ${streams.map((stream) => fieldPath([stream], correlation.line)).join(", ")}`,
    where,
    by,
    span,
    `WHEN ${when}`,
    emit(rule, data),
  ].join(" ");
}

/** What is compared with the bounds; `null`: every rule has to match. */
function measure(
  correlation: Correlation,
  told: readonly Told[],
): { value: string | null; conditions: readonly Bound[]; data: readonly string[] } {
  const { type, bounds } = correlation;
  if (type === "event_count") return { value: "COUNT()", conditions: bounds, data: ["count: COUNT()"] };
  if (type === "temporal" || type === "temporal_ordered") {
    const everyRule = bounds.every(
      ({ operator, count }) => told.length >= count && operator === ">=" && count === told.length,
    );
    if (everyRule) return { value: null, conditions: [], data: [] };
    const sum = told.map(({ is }) => `IF(COUNT(${is}) >= 1, 1, 0)`).join(" + ");
    return { value: `(${sum})`, conditions: bounds, data: [] };
  }
  const fields = correlation.fields.map((field) => {
    const own = told.map(({ member }) => fieldOf(field, member, correlation));
    return new Set(own).size === 1
      ? (own[0] ?? "")
      : `CASE ${told.map(({ is }, n) => `WHEN ${is} THEN ${own[n]}`).join(" ")} END`;
  });
  const [field = ""] = fields;
  if (type === "value_count") {
    const value = fields.length === 1 ? field : `CONCAT(${fields.join(', "\\n", ')})`;
    const count = `COUNT(DISTINCT ${value})`;
    return { value: count, conditions: bounds, data: [`values: ${count}`] };
  }
  const aggregate = `${{ value_sum: "SUM", value_avg: "AVG", value_median: "MEDIAN" }[type]}(${field})`;
  return { value: aggregate, conditions: bounds, data: [`value: ${aggregate}`] };
}

function sequence(rule: CorrelationRule, by: string, taken: Set<string>): string {
  const { correlation, members } = rule;
  const { bounds, expression, line } = correlation;
  if (members.length < 2) throw new ImportError(line, "an ordered correlation refers to two rules or more");
  const wanted = expression?.split(/\s+and\s+/i).map((name) => name.trim());
  const wantsAll = wanted === undefined || members.every(({ reference }) => wanted.includes(reference));
  const wantsMore = wanted !== undefined && wanted.length !== members.length;
  if (!wantsAll || wantsMore || bounds.some(({ operator, count }) => operator !== ">=" || count !== members.length)) {
    throw new ImportError(line, "a condition of an ordered correlation has no equivalent, unless it wants every rule");
  }
  const steps = members.map(
    ({ name, stream, where }) =>
      `${freshName(name, taken)}: ${fieldPath([stream], line)}${where === "TRUE" ? "" : ` WHERE ${where}`}`,
  );
  const within = `WITHIN ${formatDuration(correlation.timespanMs + 1)}`;
  return `${by} SEQUENCE ${steps.join(" THEN ")} ${within} ${emit(rule, [])}`;
}

function emit(
  { severity, title, into, needs, correlation, members }: CorrelationRule,
  data: readonly string[],
): string {
  const [first] = members;
  const needed = needs
    .filter((field) => !correlation.aliases.has(field) && first !== undefined)
    .map((field) => {
      const name = derivedName(field, correlation.line);
      const value = first === undefined ? "NULL" : fieldOf(field, first, correlation);
      return name === value ? name : `${name}: ${value}`;
    });
  const all = [...new Set([...needed, ...(into === null ? data : [])])];
  return `EMIT ${severity} ${messageText(title)}${all.length === 0 ? "" : ` { ${all.join(", ")} }`}${into === null ? "" : ` INTO ${into}`}`;
}
