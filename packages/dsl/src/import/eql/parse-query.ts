import { MAX_DURATION_MS } from "../../limits.ts";
import { ImportError } from "../imported.ts";
import type { EqlExpr, EqlFilter, EqlQuery, EqlStep } from "./eql-ast.ts";
import { EqlCursor } from "./eql-cursor.ts";
import { eqlTokens } from "./eql-tokens.ts";
import { parseExpression, parseField } from "./parse-expression.ts";

/** Reads one EQL query. Throws `ImportError` where it is none, and at what has no equivalent. */
export function parseQuery(text: string): EqlQuery {
  const c = new EqlCursor(eqlTokens(text));
  if (c.at("sample")) {
    throw new ImportError(c.line, "`sample` has no equivalent: it takes events in no order and no time");
  }
  if (c.at("join")) throw new ImportError(c.line, "`join` has no equivalent");
  const sequence = c.at("sequence") && (c.at("[", 1) || c.at("![", 1) || c.at("by", 1) || c.at("with", 1));
  const query: EqlQuery = sequence ? parseSequence(c) : { kind: "event", filter: parseFilter(c) };
  if (c.at("|")) {
    const kind = c.ahead(1).text;
    throw new ImportError(
      c.line,
      `the pipe \`| ${kind}\` has no equivalent: rules see events one by one and do not end`,
    );
  }
  if (c.token.kind !== "end") c.fail("expected the end of the query");
  return query;
}

function parseSequence(c: EqlCursor): EqlQuery {
  const { line } = c.next();
  let by: readonly EqlExpr[] = [];
  let maxspanMs: number | null = null;
  // Both orders are in use.
  for (let n = 0; n < 2; n++) {
    if (c.at("by")) by = parseKeys(c);
    if (c.at("with") && c.at("maxspan", 1)) maxspanMs = parseMaxspan(c);
  }
  const steps: EqlStep[] = [];
  while (c.at("[") || c.at("![")) steps.push(parseStep(c));
  const until = c.take("until") ? parseStep(c) : null;
  if (steps.length === 0) c.fail("expected the steps of the sequence");
  return { kind: "sequence", line, by, maxspanMs, steps, until };
}

function parseKeys(c: EqlCursor): readonly EqlExpr[] {
  c.expect("by", "before the keys");
  const keys: EqlExpr[] = [];
  do keys.push(parseField(c));
  while (c.take(","));
  return keys;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseMaxspan(c: EqlCursor): number {
  c.next();
  c.next();
  c.expect("=", "behind `maxspan`");
  const { kind, text, line } = c.next();
  const unit = c.token.kind === "word" && !c.token.apart ? c.next().text : "";
  const size = unitMs[unit];
  const ms = Number(text) * (size ?? Number.NaN);
  if (kind !== "number" || !Number.isInteger(ms) || ms < 0) {
    throw new ImportError(line, `\`maxspan=${text}${unit}\` is no time: it is a number and one of ms, s, m, h, d`);
  }
  if (ms >= MAX_DURATION_MS) throw new ImportError(line, "`maxspan` is longer than 10 years");
  return ms;
}

function parseStep(c: EqlCursor): EqlStep {
  const missing = c.take("![");
  if (!missing) c.expect("[", "before a step");
  const filter = parseFilter(c);
  c.expect("]", "behind a step");
  let by: readonly EqlExpr[] = [];
  let runs = 1;
  for (let n = 0; n < 2; n++) {
    if (c.at("by")) by = parseKeys(c);
    if (c.at("with") && c.at("runs", 1)) runs = parseRuns(c);
  }
  return { ...filter, missing, by, runs };
}

function parseRuns(c: EqlCursor): number {
  c.next();
  c.next();
  c.expect("=", "behind `runs`");
  const { text, line } = c.next();
  const runs = Number(text);
  if (!Number.isInteger(runs) || runs < 1 || runs > 100) {
    throw new ImportError(line, "`runs` is a number from 1 to 100");
  }
  return runs;
}

function parseFilter(c: EqlCursor): EqlFilter {
  const { line, kind } = c.token;
  if (kind !== "word" && kind !== "name" && kind !== "string") c.fail("expected an event category, or `any`");
  const { text } = c.next();
  const any = kind === "word" && text.toLowerCase() === "any";
  c.expect("where", "behind the event category");
  return { line, category: any ? null : text, where: parseExpression(c) };
}
