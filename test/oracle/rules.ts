import type { Dur, Expr, KeyExpr, RuleDecl, SeverityName } from "@weir/dsl";
import { expand, type File, isField, type Key, markKeys, readShortForm } from "./names.ts";
import { readSequence, type SequenceSpec } from "./steps.ts";
import { children } from "./tree.ts";

export type WindowSpec =
  | { readonly kind: "within"; readonly lengthMs: number; readonly precisionMs: number | null }
  | { readonly kind: "clock"; readonly lengthMs: number; readonly everyMs: number; readonly offsetMs: number }
  | { readonly kind: "last"; readonly count: number }
  | { readonly kind: "session"; readonly gapMs: number; readonly maxMs: number | null }
  | { readonly kind: "all" };

export interface Branch {
  /** Position among the branches of the rule. */
  readonly index: number;
  readonly when: Expr | null;
  /** Opens an episode; else it fires for each event, closed window or match. */
  readonly aboutWindow: boolean;
  readonly forMs: number | null;
  readonly each: boolean;
  readonly resolve: boolean;
  readonly severity: SeverityName;
  readonly message: readonly (string | Expr)[] | null;
  readonly data: readonly { readonly name: string; readonly value: Expr }[];
  readonly into: string | null;
}

/** A rule with its LETs and its short form written out. */
export interface Rule {
  readonly name: string;
  /** The streams it reads; NULL for every stream but derived ones. */
  readonly streams: ReadonlySet<string> | null;
  readonly where: Expr | null;
  /** Of a sequence the names alone count. */
  readonly keys: readonly Key[];
  readonly keyed: ReadonlyMap<Expr, number>;
  readonly window: WindowSpec;
  readonly sequence: SequenceSpec | null;
  readonly branches: readonly Branch[];
  readonly cooldown: { readonly ms: number; readonly per: Expr | null } | null;
  readonly expireMs: number | null;
}

/** Reads a rule; `position` is its place among the rules of the file, from 1. */
export function readRule(file: File, decl: RuleDecl, position: number): Rule {
  const from = decl.from?.map(({ text }) => text) ?? null;
  const sequence = decl.sequence === undefined ? null : readSequence(file, decl, from);
  const aliases = sequence?.aliases ?? new Set<string>();
  const plain = (expr: Expr): Expr => expand(file, expr, aliases);
  const conditions = decl.branches.map(({ when }) => (when === undefined ? null : plain(when)));
  const short = decl.by === undefined && sequence === null ? readShortForm(file, conditions) : null;
  const keys = short === null ? readKeys(file, decl.by ?? sequence?.by ?? []) : [short.key];
  const keyed = new Map<Expr, number>();
  const marked = (expr: Expr): Expr => {
    markKeys(file, expr, keys, sequence === null ? null : aliases, keyed);
    return expr;
  };
  const branches = decl.branches.map(({ emit, for: duration }, index): Branch => {
    const condition = (short?.conditions ?? conditions)[index] ?? null;
    const when = condition === null ? null : marked(condition);
    return {
      index,
      when,
      aboutWindow:
        when !== null && sequence === null && decl.window?.kind !== "session" && !readsEvent(file, when, keyed),
      forMs: duration === undefined ? null : file.millis(duration),
      each: emit.each,
      resolve: emit.resolve,
      severity: emit.severity,
      message: emit.message?.parts.map((part) => (typeof part === "string" ? part : marked(plain(part)))) ?? null,
      data: (emit.data ?? []).map(({ name, value }) => ({ name: name.text, value: marked(plain(value)) })),
      into: emit.into?.text ?? null,
    };
  });
  const per = decl.cooldown?.per;
  return {
    name: decl.name?.text ?? `rule_${position}`,
    streams: from !== null ? new Set(from) : (sequence?.streams ?? null),
    where: decl.where === undefined ? null : expand(file, decl.where, new Set()),
    keys,
    keyed,
    window: readWindow(file, decl),
    sequence,
    branches,
    cooldown:
      decl.cooldown === undefined
        ? null
        : { ms: file.millis(decl.cooldown.duration), per: per === undefined ? null : marked(plain(per)) },
    expireMs: decl.expire === undefined ? null : file.millis(decl.expire),
  };
}

function readWindow(file: File, { window }: RuleDecl): WindowSpec {
  const optional = (dur: Dur | undefined): number | null => (dur === undefined ? null : file.millis(dur));
  switch (window?.kind) {
    case undefined:
      return { kind: "all" };
    case "last":
      return { kind: "last", count: window.count };
    case "session":
      return { kind: "session", gapMs: file.millis(window.gap), maxMs: optional(window.max) };
    case "every": {
      const everyMs = file.millis(window.every);
      return { kind: "clock", lengthMs: everyMs, everyMs, offsetMs: optional(window.offset) ?? 0 };
    }
    case "within": {
      const lengthMs = file.millis(window.length);
      const everyMs = optional(window.every);
      if (everyMs === null) return { kind: "within", lengthMs, precisionMs: optional(window.precision) };
      return { kind: "clock", lengthMs, everyMs, offsetMs: optional(window.offset) ?? 0 };
    }
  }
}

/** A key is named by AS, a field by its last name, else by its position. */
function readKeys(file: File, by: readonly (KeyExpr | Expr)[]): readonly Key[] {
  return by.map((key, i) => {
    const expr = expand(file, "expr" in key ? key.expr : key, new Set());
    const named = "expr" in key ? key.as?.text : undefined;
    return { expr, name: named ?? fieldName(file, expr) ?? `key${i + 1}` };
  });
}

function fieldName(file: File, expr: Expr): string | null {
  if (!isField(file, expr)) return null;
  return expr.kind === "member" ? expr.name.text : expr.kind === "name" ? expr.name : null;
}

const readingCalls: readonly string[] = ["PREV", "ELAPSED", "SPEED_KMH", "EVENT_TIME", "STREAM_NAME"];

/** Whether a condition is about the event: it reads the current one outside an aggregate. */
function readsEvent(file: File, expr: Expr, keyed: ReadonlyMap<Expr, number>): boolean {
  if (keyed.has(expr)) return false;
  if (expr.kind === "aggregate") return expr.name === "ZSCORE";
  if (expr.kind === "call" && readingCalls.includes(expr.name)) return true;
  if (expr.kind === "name") return isField(file, expr);
  return children(expr).some((child) => readsEvent(file, child, keyed));
}
