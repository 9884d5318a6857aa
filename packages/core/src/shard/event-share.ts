import { defaultTimeFields } from "../engine/event-time.ts";
import type { FieldPlan, Plan, PlanExpr, RulePlan } from "../plan.ts";
import type { EventData } from "../row.ts";
import { keyOf, keyOfValue } from "../values/keys.ts";
import { keyShare, type OwnsKey } from "./key-share.ts";
import { ruleOwners } from "./rule-owners.ts";

/** The types of which a look at the first letter of a JSON value tells whether it is of them. */
export type TellingType = "STRING" | "NUMBER" | "BOOLEAN" | "OBJECT" | "LIST";

/**
 * Tells which events a shard has to see: those of its own keys, those of rules that it runs whole, and those without a key. Of others
 * `EngineShard.pass` needs to know the time alone.
 */
export interface EventShare {
  isOwn(stream: string, event: EventData): boolean;
  /** The top-level fields that `isOwn` and `pass` look at. */
  readonly fields: ReadonlySet<string>;
  /** What other fields have to be, or NULL, for an event to be passed without them: else its types have to be checked. */
  readonly types: ReadonlyMap<string, TellingType>;
}

/** The keys under which rules see the events of a stream, as fields; `all`: a shard has to see every event of it. */
interface StreamShare {
  readonly all: boolean;
  readonly keys: readonly (readonly string[])[];
}

/** Names of streams come from data: what is known of more streams than this is found anew each time. */
const maxStreams = 1000;

export function eventShare(plan: Plan, index: number, count: number): EventShare {
  const owners = ruleOwners(plan, count);
  const owns = keyShare(index, count);
  const streams = new Map<string, StreamShare>();
  let lastStream: string | null = null;
  let last: StreamShare = { all: true, keys: [] };
  const shareOf = (stream: string): StreamShare => {
    const share = streams.get(stream) ?? streamShare(plan, stream, owners, index);
    if (streams.size < maxStreams) streams.set(stream, share);
    lastStream = stream;
    return (last = share);
  };
  return {
    ...fieldsThatTell(plan, owners),
    isOwn: (stream, event) => {
      const { all, keys } = stream === lastStream ? last : shareOf(stream);
      if (all) return true;
      for (const names of keys) if (isOwnKey(names, event, owns)) return true;
      return false;
    },
  };
}

function isOwnKey(names: readonly string[], event: EventData, owns: OwnsKey): boolean {
  // An event without a key is counted by all.
  if (names.length === 1) {
    const value = event[names[0]!];
    return !isPlain(value) || owns(keyOfValue(value));
  }
  const values = names.map((name) => event[name]);
  return !values.every(isPlain) || owns(keyOf(values));
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

function streamShare(plan: Plan, stream: string, owners: ReturnType<typeof ruleOwners>, index: number): StreamShare {
  const keys = new Map<string, readonly string[]>();
  const derived = new Set(plan.rules.flatMap(({ branches }) => branches.flatMap(({ into }) => into ?? [])));
  for (const [i, rule] of plan.rules.entries()) {
    if (!readsStream(rule, stream, derived)) continue;
    const names = owners[i] === null ? keyFields(plan, rule, stream) : null;
    if (names !== null) keys.set(JSON.stringify(names), names);
    else if (owners[i] === null || owners[i] === index) return { all: true, keys: [] };
  }
  return { all: false, keys: [...keys.values()] };
}

function readsStream(rule: RulePlan, stream: string, derived: ReadonlySet<string>): boolean {
  if (rule.from !== null) return rule.from.includes(stream);
  if (rule.sequence === null) return !derived.has(stream);
  return rule.sequence.steps
    .flatMap((step) => (step.kind === "group" ? step.members : [step]))
    .some(({ streams }) => streams.includes(stream));
}

/** The fields that are the key of a stream's events; `null` where the key has to be computed. */
function keyFields(plan: Plan, rule: RulePlan, stream: string): readonly string[] | null {
  const byStream = rule.sequence?.keys.find((key) => key.stream === stream)?.exprs;
  const names = (byStream ?? rule.key.map(({ expr }) => expr)).map((expr) => plainField(plan, expr, stream));
  return names.every((name) => name !== null) ? names : null;
}

function plainField(plan: Plan, expr: PlanExpr, stream: string): string | null {
  if (expr.op !== "field" || expr.name in Object.prototype || timeFields(plan).has(expr.name)) return null;
  const declared = plan.streams.find(({ name }) => name === stream)?.fields?.find(({ name }) => name === expr.name);
  return ["STRING", "NUMBER", "BOOLEAN", "ANY"].includes(declared?.type ?? "ANY") ? expr.name : null;
}

function timeFields(plan: Plan): ReadonlySet<string> {
  return new Set([
    ...defaultTimeFields,
    ...plan.streams.flatMap(({ time }) => (time?.kind === "field" ? time.field : [])),
  ]);
}

function fieldsThatTell(plan: Plan, owners: ReturnType<typeof ruleOwners>): Pick<EventShare, "fields" | "types"> {
  const fields = new Set(["ts", ...plan.streams.flatMap(({ time }) => (time?.kind === "field" ? time.field : []))]);
  for (const [i, rule] of plan.rules.entries()) {
    if (owners[i] !== null) continue;
    const exprs = [...rule.key.map(({ expr }) => expr), ...(rule.sequence?.keys ?? []).flatMap((key) => key.exprs)];
    for (const expr of exprs) if (expr.op === "field") fields.add(expr.name);
  }
  const types = new Map<string, TellingType>();
  for (const field of plan.streams.flatMap((stream) => stream.fields ?? [])) {
    const type = tellingType(field);
    if (field.type === "ANY" || fields.has(field.name)) continue;
    // Streams that differ in it, and types that have to be converted, need the value.
    if (type === null || (types.get(field.name) ?? type) !== type) {
      fields.add(field.name);
      types.delete(field.name);
    } else types.set(field.name, type);
  }
  return { fields, types };
}

function tellingType({ type, fields }: FieldPlan): TellingType | null {
  if (type === "OBJECT") return fields === undefined ? type : null;
  return type === "STRING" || type === "NUMBER" || type === "BOOLEAN" || type === "LIST" ? type : null;
}
