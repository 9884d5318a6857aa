import type { Expr, KeyExpr, PlainStep, RuleDecl, Step } from "@weir/dsl";
import { expand, type File } from "./names.ts";

/** A step that takes events of some streams. */
export interface PlainSpec {
  readonly kind: "plain";
  readonly alias: string;
  readonly streams: ReadonlySet<string>;
  readonly where: Expr | null;
  readonly min: number;
  readonly max: number;
  readonly next: boolean;
}

export interface GroupSpec {
  readonly kind: "all" | "any";
  readonly members: readonly PlainSpec[];
  readonly min: 1;
  readonly next: boolean;
}

/** A step that occurs, and the NOTs between it and the next one. */
export interface Position {
  readonly step: PlainSpec | GroupSpec;
  readonly nots: readonly PlainSpec[];
}

export interface SequenceSpec {
  readonly positions: readonly Position[];
  readonly aliases: ReadonlySet<string>;
  readonly streams: ReadonlySet<string>;
  /** The key expressions of each stream. */
  readonly keys: ReadonlyMap<string, readonly Expr[]>;
  /** The first BY of a step, which names the key where the rule has none. */
  readonly by: readonly (KeyExpr | Expr)[] | null;
  readonly withinMs: number | null;
  readonly mode: "default" | "each" | "latest" | "all";
  /** How many runs of a key may live. */
  readonly limit: number;
}

const mostRuns = 1000;

export function readSequence(file: File, decl: RuleDecl, from: readonly string[] | null): SequenceSpec {
  const steps = decl.sequence?.steps ?? [];
  const plain = steps.flatMap((step) => (step.kind === "group" ? step.members : [step]));
  const aliases = new Set(plain.map(aliasOf));
  const streamsOf = (step: PlainStep): readonly string[] =>
    step.stream === undefined ? (from ?? []) : [step.stream.text];
  const spec = (step: PlainStep): PlainSpec => ({
    kind: "plain",
    alias: aliasOf(step),
    streams: new Set(streamsOf(step)),
    where: step.where === undefined ? null : expand(file, step.where, aliases, true),
    min: step.quantifier?.min ?? 1,
    max: step.quantifier === undefined ? 1 : (step.quantifier.max ?? Infinity),
    next: step.next,
  });
  const streams = new Set([...(from ?? []), ...plain.flatMap(streamsOf)]);
  const ruleBy = decl.by?.map(({ expr }) => expr) ?? [];
  const keys = new Map<string, readonly Expr[]>();
  for (const stream of streams) {
    const by = plain.find((step) => step.by !== undefined && streamsOf(step).includes(stream))?.by ?? ruleBy;
    keys.set(
      stream,
      by.map((expr) => expand(file, expr, new Set())),
    );
  }
  return {
    positions: readPositions(steps, spec),
    aliases,
    streams,
    keys,
    by: plain.find(({ by }) => by !== undefined)?.by ?? null,
    withinMs: decl.window?.kind === "within" ? file.millis(decl.window.length) : null,
    mode: decl.match?.mode ?? "default",
    limit: decl.match?.limit ?? mostRuns,
  };
}

function aliasOf({ alias, stream }: PlainStep): string {
  return alias?.text ?? stream?.text ?? "";
}

function readPositions(steps: readonly Step[], spec: (step: PlainStep) => PlainSpec): readonly Position[] {
  const positions: { step: PlainSpec | GroupSpec; nots: PlainSpec[] }[] = [];
  for (const step of steps) {
    if (step.kind === "group") {
      positions.push({ step: { kind: step.mode, members: step.members.map(spec), min: 1, next: step.next }, nots: [] });
    } else if (step.not) positions.at(-1)?.nots.push(spec(step));
    else positions.push({ step: spec(step), nots: [] });
  }
  return positions;
}
