import type { Name } from "../ast.ts";
import type { DataTypes } from "./check-branches.ts";
import type { Names, RuleInfo } from "./names.ts";
import type { RuleFacts } from "./rule-facts.ts";
import { mayBe, type Type, withArticle } from "./type.ts";

/** A derived event (key fields, then data, then `ts`) against the fields that its stream declares. */
export function checkInto(
  into: Name,
  data: DataTypes,
  facts: RuleFacts,
  keyTypes: readonly Type[],
  names: Names,
): void {
  const declared = names.streams.get(into.text)?.fields;
  if (declared === undefined) return;
  const { report } = facts.rule.unit;
  const written = new Map(facts.keys.map(({ name }, i) => [name, keyTypes[i]]));
  for (const [name, type] of data) written.set(name, type);
  for (const { name, type, optional } of declared) {
    if (name.text === "ts") continue;
    const given = written.get(name.text);
    if (given !== undefined && !mayBe(given, type) && !readsAs(given, type)) {
      report.error(
        "into-type",
        into.span,
        `\`${name.text}\` of stream \`${into.text}\` is ${withArticle(type)}, and the alert gives ${withArticle(given.name)}`,
      );
    } else if (!written.has(name.text) && !optional) {
      report.warning(
        "into-missing-field",
        into.span,
        `stream \`${into.text}\` has a field \`${name.text}\`, which the alert does not give`,
      );
    }
  }
}

/** In data TIME and DURATION are milliseconds, and a stream reads either from a number. */
function readsAs({ name }: Type, type: string): boolean {
  if (name === "TIME") return type === "NUMBER";
  if (name === "DURATION") return type === "NUMBER";
  return name === "NUMBER" ? type === "TIME" || type === "DURATION" : name === "STRING" && type === "TIME";
}

/** An edge of the graph of streams: a rule that reads one and writes another. */
interface Feed {
  readonly to: string;
  readonly into: Name;
  readonly rule: RuleInfo;
}

interface Open {
  readonly stream: string;
  readonly feeds: readonly Feed[];
  next: number;
  /** The feed that was followed last. */
  taken?: Feed;
}

/** Reports alerts that come back to the stream they were made of, through any number of rules. */
export function checkIntoCycles(all: readonly RuleFacts[]): void {
  const feeds = feedsByStream(all);
  const done = new Set<string>();
  for (const start of feeds.keys()) {
    // Without recursion: a chain may be as long as the file.
    const path: Open[] = done.has(start) ? [] : [{ stream: start, feeds: feeds.get(start) ?? [], next: 0 }];
    const onPath = new Set(path.map(({ stream }) => stream));
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const feed = top.feeds[top.next++];
      if (feed === undefined) {
        path.pop();
        onPath.delete(top.stream);
        done.add(top.stream);
        continue;
      }
      top.taken = feed;
      if (onPath.has(feed.to)) reportCycle(path.slice(path.findIndex(({ stream }) => stream === feed.to)), feed);
      else if (!done.has(feed.to)) {
        path.push({ stream: feed.to, feeds: feeds.get(feed.to) ?? [], next: 0 });
        onPath.add(feed.to);
      }
    }
  }
}

/** What the rules that read a stream write, one feed for each two streams. */
function feedsByStream(all: readonly RuleFacts[]): ReadonlyMap<string, readonly Feed[]> {
  const feeds = new Map<string, Map<string, Feed>>();
  for (const { decl, rule, streams } of all) {
    for (const { name } of streams ?? []) {
      for (const { emit } of decl.branches) {
        const { into } = emit;
        if (into === undefined) continue;
        const known = feeds.get(name) ?? new Map<string, Feed>();
        feeds.set(name, known);
        if (!known.has(into.text)) known.set(into.text, { to: into.text, into, rule });
      }
    }
  }
  return new Map([...feeds].map(([name, known]) => [name, [...known.values()]]));
}

function reportCycle(around: readonly Open[], last: Feed): void {
  const rules = around.flatMap(({ taken }) => taken?.rule.name ?? []);
  const { report } = last.rule.unit;
  report.error("into-cycle", last.into.span, `the alerts of rule \`${last.rule.name}\` come back to it`, {
    hint: [...rules, rules[0]].slice(0, 10).join(" → "),
  });
}
