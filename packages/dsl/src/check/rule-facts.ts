import type { Expr, KeyExpr, Name, PlainStep, RuleDecl, Span, Step, Window } from "../ast.ts";
import { expandedParts } from "./expanded-parts.ts";
import { fieldPath } from "./field-path.ts";
import { type Names, type RuleInfo, shapeNamed } from "./names.ts";
import type { Alias } from "./scope.ts";
import type { StreamShape } from "./stream-shape.ts";

/** A BY expression and the name it has in alerts. */
export interface Key {
  readonly expr: Expr;
  readonly name: string;
  readonly span: Span;
  /** Named with AS. */
  readonly as?: Name;
}

/** What follows from the clauses of a rule before its expressions are looked at. */
export interface RuleFacts {
  readonly rule: RuleInfo;
  readonly decl: RuleDecl;
  /** The streams it reads; `null`: every stream but derived ones. */
  readonly streams: readonly StreamShape[] | null;
  /** Evaluated when the clock says so: no event is current. */
  readonly byClock: boolean;
  /** Whether the window has a length. */
  readonly hasLength: boolean;
  readonly keys: readonly Key[];
  /** The fields that WHEN counts in a rule without BY, in the order of the text. */
  readonly counted: readonly Key[];
  readonly sequence: SequenceFacts | null;
}

export interface SequenceFacts {
  readonly steps: readonly StepFacts[];
  /** Of two of one name the first. */
  readonly aliases: ReadonlyMap<string, Alias>;
  /** The key expressions of each stream; absent where it has none and there are some. */
  readonly keysOf: ReadonlyMap<string, readonly Expr[]>;
  /** Streams that the last event bound may be of. */
  readonly last: readonly StreamShape[];
}

/** A step or a member of a group. */
export interface StepFacts {
  readonly step: PlainStep;
  readonly alias: Alias;
}

export function readRuleFacts(rule: RuleInfo, names: Names): RuleFacts {
  const { decl } = rule;
  const from =
    decl.from === undefined
      ? null
      : shapes(
          decl.from.map(({ text }) => text),
          names,
        );
  const steps = decl.sequence === undefined ? null : readSteps(decl.sequence.steps, from ?? [], names);
  const streams = from ?? (steps === null ? null : unique(steps.flatMap(({ alias }) => alias.streams)));
  const sequence = steps === null ? null : readSequence(decl, steps, streams ?? []);
  const counted = decl.by === undefined && sequence === null ? countedFields(decl, names) : [];
  const keys = decl.by === undefined ? keysWithoutBy(counted, steps, names) : readKeys(decl.by, names);
  return { rule, decl, streams, ...ofWindow(decl.window), keys, counted, sequence };
}

function shapes(streams: readonly string[], names: Names): readonly StreamShape[] {
  return [...new Set(streams)].map((stream) => shapeNamed(names, stream));
}

function unique(streams: readonly StreamShape[]): readonly StreamShape[] {
  return [...new Map(streams.map((stream) => [stream.name, stream])).values()];
}

function ofWindow(window: Window | undefined): { readonly byClock: boolean; readonly hasLength: boolean } {
  switch (window?.kind) {
    case "within":
      return { byClock: window.every !== undefined, hasLength: true };
    case "every":
      return { byClock: true, hasLength: true };
    case "session":
      return { byClock: true, hasLength: false };
    default:
      return { byClock: false, hasLength: false };
  }
}

function readKeys(by: readonly KeyExpr[], names: Names): readonly Key[] {
  return by.map(({ expr, as, span }, i) => ({
    expr,
    name: as?.text ?? keyName(expr, i, names),
    span,
    ...(as === undefined ? {} : { as }),
  }));
}

/** A field is called by its last name, anything else by its position. */
function keyName(expr: Expr, index: number, names: Names): string {
  return fieldPath(expr, names)?.at(-1) ?? `key${index + 1}`;
}

/** By the short form, or from the first step that has keys. */
function keysWithoutBy(counted: readonly Key[], steps: readonly StepFacts[] | null, names: Names): readonly Key[] {
  if (steps === null) return counted.slice(0, 1);
  const by = steps.find(({ step }) => step.by !== undefined)?.step.by ?? [];
  return by.map((expr, i) => ({ expr, name: keyName(expr, i, names), span: expr.span }));
}

/** The different fields that conditions count: `COUNT(user) > 5` reads as BY user … COUNT() > 5. */
function countedFields(decl: RuleDecl, names: Names): readonly Key[] {
  const found = new Map<string, Key>();
  for (const { when } of decl.branches) {
    if (when === undefined) continue;
    for (const part of expandedParts(when, names)) {
      const [arg] = part.kind === "aggregate" && part.name === "COUNT" && !part.distinct ? part.args : [];
      const path = arg === undefined ? null : fieldPath(arg, names);
      if (arg === undefined || path === null) continue;
      const id = JSON.stringify(path);
      if (!found.has(id)) found.set(id, { expr: arg, name: path.at(-1) ?? "", span: arg.span });
    }
  }
  return [...found.values()];
}

function readSteps(steps: readonly Step[], from: readonly StreamShape[], names: Names): readonly StepFacts[] {
  return steps.flatMap((step, index) => {
    const members = step.kind === "group" ? step.members : [step];
    return members.map((member): StepFacts => {
      const streams = member.stream === undefined ? from : [shapeNamed(names, member.stream.text)];
      return {
        step: member,
        alias: {
          name: member.alias?.text ?? member.stream?.text ?? "",
          explicit: member.alias !== undefined,
          step: index,
          group: step.kind === "group" ? step.mode : null,
          not: member.not,
          repeats: member.quantifier !== undefined && member.quantifier.max !== 1,
          streams,
        },
      };
    });
  });
}

function readSequence(decl: RuleDecl, steps: readonly StepFacts[], streams: readonly StreamShape[]): SequenceFacts {
  const aliases = new Map<string, Alias>();
  for (const { alias } of steps) if (!aliases.has(alias.name)) aliases.set(alias.name, alias);
  const ofRule = decl.by?.map(({ expr }) => expr);
  const keysOf = new Map<string, readonly Expr[]>();
  for (const { name } of streams) {
    const own = steps.find(({ step, alias }) => step.by !== undefined && alias.streams.some((s) => s.name === name));
    const keys = own?.step.by ?? ofRule;
    if (keys !== undefined) keysOf.set(name, keys);
  }
  return { steps, aliases, keysOf, last: lastBound(steps) };
}

/** A match ends with the last step that must occur: what may be left out behind it is waited for only along with an absence. */
function lastBound(steps: readonly StepFacts[]): readonly StreamShape[] {
  const last = steps.findLast(({ step }) => !step.not && (step.quantifier?.min ?? 1) > 0)?.alias.step ?? 0;
  const absence = steps.at(-1)?.step.not === true;
  const final = steps.filter(({ alias }) => !alias.not && (alias.step === last || (absence && alias.step > last)));
  return unique(final.flatMap(({ alias }) => alias.streams));
}
