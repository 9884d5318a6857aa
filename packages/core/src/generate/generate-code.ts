import type { Group } from "../engine/group.ts";
import type { GroupCell } from "../engine/group-cell.ts";
import type { RuleRunner } from "../engine/rule-runner.ts";
import type { EvalContext } from "../evaluate.ts";
import { compileExpression, constantOf } from "../expression/compile-expression.ts";
import type { ExpressionScope } from "../expression/scope.ts";
import type { PlanExpr, RulePlan, StreamPlan, TypeName } from "../plan.ts";
import type { Row } from "../row.ts";
import { SequenceRule } from "../sequence/sequence-rule.ts";
import type { CodeScope } from "./expression-code.ts";
import { type GroupGlue, writeGroup } from "./group-code.ts";
import { conditionBefore } from "./look-code.ts";
import { RecordCode } from "./record-code.ts";
import {
  type BuiltRule,
  isKnownBefore,
  ruleScope,
  type ScopeOf,
  truthBefore,
  truthCode,
  writeRun,
  writeRunner,
} from "./rule-code.ts";
import { generatedSections } from "./section-code.ts";
import { commonKey, type MaskOf, writeMask } from "./sequence-code.ts";
import { type CompiledTexts, Source } from "./source.ts";
import { readCode } from "./window-code.ts";

/** A cell of a group and its rules that are evaluated at events. */
export interface BuiltCell {
  readonly cell: GroupCell;
  readonly rules: Map<RuleRunner, BuiltRule>;
}

/** A group for which code is to be made. */
export interface BuiltGroup {
  readonly group: Group;
  /** One of its rules: source and key are those of all. */
  readonly rule: RulePlan;
  readonly where: PlanExpr | null;
  /** Whether the group has code already, and only the cells are new. */
  readonly joined: boolean;
  readonly cells: readonly BuiltCell[];
}

/** One function is not to grow without end: engines optimise small ones better. */
const maxRules = 50;
const maxLength = 25_000;
/** Branches that fit into the bits of a number. */
const maxBranches = 30;

type Truth = (slot: number, row: Row) => number;
type Run = (slot: number, row: Row) => void;
/** What streams declare fields as. */
type TypesOf = (streams: readonly string[] | null) => (field: string) => TypeName;

/** Generates the code of groups and puts it in place. */
export class CodeGenerator {
  readonly #streams: readonly StreamPlan[];
  readonly #base: Pick<ExpressionScope, "params" | "timeFields">;
  readonly #inEvent: ExpressionScope;
  readonly #context: EvalContext;
  readonly #compiled: CompiledTexts = new Map();
  readonly #sections = generatedSections(this.#compiled);

  /** `inEvent` is what expressions reach of an event alone. */
  constructor(
    streams: readonly StreamPlan[],
    base: Pick<ExpressionScope, "params" | "timeFields">,
    inEvent: ExpressionScope,
    context: EvalContext,
  ) {
    this.#streams = streams;
    this.#base = base;
    this.#inEvent = inEvent;
    this.#context = context;
  }

  /** To be called once groups and cells are sealed. */
  generate(built: Iterable<BuiltGroup>): void {
    const typesOf: TypesOf = (from) => fieldTypes(this.#streams, from);
    const { timeFields, params } = this.#base;
    const context = this.#context;
    for (const one of built) {
      for (const { cell } of one.cells) cell.state.useGlue(this.#sections);
      const fieldType = typesOf(one.group.spec.from);
      const scopeOf: ScopeOf = (source, more) => ({
        source,
        context,
        timeFields,
        fieldType,
        constant: (expr) => constantOf(expr, params),
        aggregate: () => null,
        comparedCount: () => null,
        history: () => null,
        isBelow: () => null,
        kept: null,
        ...more,
      });
      new GroupWriter(one, scopeOf, typesOf, context, this.#compiled).write(this.#inEvent);
    }
  }
}

/** Writes the code of one group, in pieces. */
class GroupWriter {
  readonly #built: BuiltGroup;
  readonly #group: Group;
  readonly #rule: RulePlan;
  readonly #scopeOf: ScopeOf;
  readonly #context: EvalContext;
  readonly #compiled: CompiledTexts;
  readonly #typesOf: TypesOf;
  readonly #where: PlanExpr | null;
  readonly #rules: ReadonlyMap<RuleRunner, BuiltRule>;
  /** Which branches hold, of rules that know it before the event is added; by place in the group. */
  readonly #known: Int32Array;
  readonly #isKnown = new Set<BuiltRule>();

  constructor(built: BuiltGroup, scopeOf: ScopeOf, typesOf: TypesOf, context: EvalContext, compiled: CompiledTexts) {
    this.#context = context;
    this.#typesOf = typesOf;
    this.#built = built;
    this.#group = built.group;
    this.#rule = built.rule;
    this.#where = built.where;
    this.#scopeOf = scopeOf;
    this.#compiled = compiled;
    this.#rules = new Map(
      built.cells
        .flatMap(({ rules }) => [...rules])
        .filter(([, built]) => built.scope !== null && built.rule.branches.length <= maxBranches),
    );
    this.#known = new Int32Array(built.cells.reduce((most, { cell }) => Math.max(most, cell.runners.length), 0));
  }

  write(inEvent: ExpressionScope): void {
    if (!this.#built.joined) this.#writeGroup(inEvent);
    for (const { cell } of this.#built.cells) this.#writeCell(cell);
  }

  #writeGroup(inEvent: ExpressionScope): void {
    const source = new Source();
    const scope: CodeScope = this.#scopeOf(source, { closure: (expr) => compileExpression(expr, inEvent) });
    writeGroup(this.#group, {
      source,
      scope,
      where: this.#where,
      key: this.#rule.sequence === null ? this.#rule.key.map(({ expr }) => expr) : commonKey(this.#rule.sequence),
      beforeAdding: (_, record, steps) => this.#writeKnown(source, record, steps),
      holdsBefore: (runner, branch, record) => {
        const built = this.#rules.get(runner);
        return built === undefined ? null : conditionBefore(built, branch, source, record, this.#scopeOf);
      },
    });
    const texts = [source.text()];
    this.#group.useGlue(source.build(this.#compiled) as GroupGlue);
    this.#writeMasks(inEvent, texts);
    this.#group.code = texts;
  }

  #writeCell(cell: GroupCell): void {
    const texts: string[] = [];
    const runs: Run[] = [];
    for (let from = 0; from < cell.runners.length; ) {
      const piece = this.#writeRules(cell, from);
      texts.push(piece.text);
      runs.push(piece.run);
      from = piece.to;
    }
    cell.code = texts;
    cell.run = runs.length === 1 ? runs[0]! : (slot, row) => runs.forEach((run) => run(slot, row));
  }

  /** Writes what tests events against the steps of sequences. */
  #writeMasks(inEvent: ExpressionScope, texts: string[]): void {
    const { from } = this.#group.spec;
    if (from === null) return;
    const waiting = this.#group.runners.filter((runner) => runner instanceof SequenceRule);
    for (let start = 0; start < waiting.length; ) {
      const source = new Source();
      const closure: CodeScope["closure"] = (expr) => compileExpression(expr, inEvent);
      let end = start;
      for (; end < waiting.length && end - start < maxRules && source.length < maxLength; end++) {
        writeMask(source, `mask${end - start}`, waiting[end]!.test.members, from, (streams) =>
          this.#scopeOf(source, { closure, fieldType: this.#typesOf(streams) }),
        );
      }
      source.line(
        `return [${waiting
          .slice(start, end)
          .map((_, i) => `mask${i}`)
          .join(", ")}];`,
      );
      const masks = source.build(this.#compiled) as readonly MaskOf[];
      masks.forEach((mask, i) => waiting[start + i]!.test.useMask(mask));
      texts.push(source.text());
      start = end;
    }
  }

  /** Conditions on what was before the event are asked first: what they need is seldom all that they name. */
  #writeKnown(source: Source, record: RecordCode, steps: string[]): void {
    // Of a template it is not known yet whose rules those are.
    if (this.#group.spec.field !== null) return;
    const known = source.ref(this.#known);
    for (const [place, runner] of this.#group.runners.entries()) {
      const built = this.#rules.get(runner);
      if (built === undefined || source.length > maxLength || !isKnownBefore(built)) continue;
      const truth = truthBefore(this.#group, built, source, record, this.#scopeOf);
      if (truth === null) continue;
      this.#isKnown.add(built);
      if (truth.declared !== null) steps.push(truth.declared);
      steps.push(`${known}[${place}] = ${truth.bits};`);
    }
    const others = [...this.#rules.values()].filter((built) => !this.#isKnown.has(built));
    for (const window of this.#group.windows) {
      const { priors } = window;
      if (priors.length === 0 || window.store.glue?.kind !== "growing") continue;
      if (others.some(({ uses }) => uses.some((use) => use.window === window && use.prior !== null))) continue;
      if (this.#group.runners.some((runner) => !this.#rules.has(runner))) continue;
      const asked = this.#group.runners.flatMap((runner, place) => {
        const built = this.#rules.get(runner);
        return built?.uses.some((use) => use.window === window && use.prior !== null) === true ? [place] : [];
      });
      steps.push(`if (${asked.map((place) => `${known}[${place}] !== 0`).join(" || ")}) {`);
      for (const { index, reader } of priors) {
        const values = source.ref(reader.gives === "value" ? window.priorValues : window.priorNumbers);
        steps.push(`${values}[${index}] = ${readCode(source, reader)};`);
      }
      steps.push("}");
      window.priorsAreKept = true;
    }
  }

  /** Writes rules from a place on, as many as one function may hold. */
  #writeRules(cell: GroupCell, from: number): { readonly text: string; readonly run: Run; readonly to: number } {
    const group = this.#group;
    const { runners, selection } = cell;
    const source = new Source();
    const record = new RecordCode(group.records, source);
    const truths: BuiltRule[] = [];
    const written: (() => void)[] = [];
    let inContext = false;
    let ready = `${source.ref(group)}.present(slot, row); `;
    let to = from;
    for (; to < runners.length && to - from < maxRules && source.length < maxLength; to++) {
      const runner = runners[to]!;
      const built = this.#rules.get(runner);
      if (built === undefined) {
        inContext = true;
        written.push(() => writeRunner(source, runner));
        continue;
      }
      const scope = ruleScope(group, built, built.scope!, source, record, this.#scopeOf);
      const known = `${source.ref(this.#known)}[${to}]`;
      const isOne = built.rule.branches.length === 1;
      const truth = this.#isKnown.has(built)
        ? { bits: known, only: isOne ? `${known} !== 0` : null, declared: null }
        : truthCode(built, scope);
      source.line(`function truth${truths.length}(slot, row) {`);
      source.line("const d = row.data, t = row.time;");
      source.line(record.open());
      if (truth.declared !== null) source.line(truth.declared);
      source.line(`return ${truth.bits};`);
      source.line("}");
      truths.push(built);
      if (built.runner.resolves) {
        // Its episodes may have something to say at any event.
        inContext = true;
        written.push(() => writeRunner(source, runner));
      } else written.push(() => writeRun(source, record, built, truth, ready));
    }
    inContext ||= source.has(this.#context);
    // Where an index finds the rules that an event concerns, they are run one by one.
    if (selection !== null) written.length = 0;
    source.line("function run(slot, row) {");
    source.line("const d = row.data, t = row.time;");
    source.line(record.open());
    if (inContext) {
      source.line(ready);
      ready = "";
    }
    for (const write of written) write();
    source.line("}");
    source.line(`return { truths: [${truths.map((_, i) => `truth${i}`).join(", ")}], run };`);
    const functions = source.build(this.#compiled) as { readonly truths: readonly Truth[]; readonly run: Run };
    truths.forEach(({ runner }, i) => runner.useTruth(functions.truths[i]!));
    return { text: source.text(), run: functions.run, to };
  }
}

/** What all of the streams declare a field as. */
function fieldTypes(declared: readonly StreamPlan[], from: readonly string[] | null): (name: string) => TypeName {
  if (from === null) return () => "ANY";
  const streams = from.map((name) => declared.find((stream) => stream.name === name));
  return (name) => {
    const types = new Set(streams.map((stream) => stream?.fields?.find((field) => field.name === name)?.type ?? "ANY"));
    const [type] = types;
    return types.size === 1 && type !== undefined ? type : "ANY";
  };
}
