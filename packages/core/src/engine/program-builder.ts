import { type BuiltCell, type BuiltGroup, CodeGenerator } from "../generate/generate-code.ts";
import type { Plan, PlanExpr, StreamPlan } from "../plan.ts";
import { keyShare } from "../shard/key-share.ts";
import { type BaseScope, eventScope, guardIn, timeFieldsOf } from "./base-scope.ts";
import type { Binding } from "./binding.ts";
import { isSameCell, type PlannedCell, planCells } from "./cell-plan.ts";
import { EventRule } from "./event-rule.ts";
import type { Group } from "./group.ts";
import type { GroupCell } from "./group-cell.ts";
import { makeGroup } from "./make-group.ts";
import type { GroupSpec } from "./group-spec.ts";
import type { Host, MadeCell, Program, RuleShare } from "./program.ts";
import { RuleBuilder } from "./rule-builder.ts";
import type { RuleRunner } from "./rule-runner.ts";
import { type CellPlan, findTemplates, type TemplateCell } from "./rule-templates.ts";
import { RuleTexts } from "./rule-texts.ts";
import type { Runtime } from "./runtime.ts";

export interface ProgramOptions {
  readonly streams: readonly StreamPlan[];
  readonly binding: Binding;
  readonly host: Host;
  readonly runtime: Runtime;
  /** Whether code is generated for what runs at every event; else closures do it. */
  readonly generate: boolean;
  readonly share: RuleShare | null;
}

/** A cell that was made anew. */
export interface FreshCell extends MadeCell {
  /** Whether its group goes on as it is, and is joined by the cell. */
  readonly joins: boolean;
}

/** A program, and what of it is not in the one before. */
export interface BuiltProgram {
  readonly program: Program;
  readonly fresh: readonly FreshCell[];
}

/** Makes programs of plans that have their streams and PARAMs in common. */
export class ProgramBuilder {
  readonly #options: ProgramOptions;
  readonly #base: BaseScope;
  readonly #texts: RuleTexts;
  readonly #generator: CodeGenerator | null;

  constructor(options: ProgramOptions) {
    const { streams, binding, host, runtime, generate } = options;
    this.#options = options;
    this.#base = {
      params: binding.params,
      timeFields: timeFieldsOf(streams),
      row: host.row.bind(host),
      hostFunction: host.call.bind(host),
    };
    this.#texts = new RuleTexts(binding);
    this.#generator = generate ? new CodeGenerator(streams, this.#base, eventScope(this.#base), runtime.context) : null;
  }

  /**
   * Makes the program of a plan. What says the same in the program before is taken over from it as it is; nothing of that is changed,
   * so that it can go on where this throws, or what was made is not used.
   */
  build({ rules }: Pick<Plan, "rules">, before: Program | null): BuiltProgram {
    const { runtime } = this.#options;
    const cells = planCells(rules, this.#texts, (rule) => this.#owned(rule));
    const templates = runtime.explainer === null ? this.#templates(cells) : new Map<CellPlan, TemplateCell>();
    const groups = new Map<string, Group>();
    for (const { cell, template } of before?.made.values() ?? []) {
      if (template !== null) groups.set(template, cell.group);
    }
    const kept = new Set(groups.values());
    const work = new Work();
    try {
      for (const plan of cells) {
        const as = templates.get(plan) ?? null;
        const known = before?.made.get(plan.id);
        if (known !== undefined && known.template === (as?.template ?? null) && isSameCell(known.plan, plan)) {
          work.take({ ...known, plan });
        } else this.#make(plan, as, groups, kept, work);
      }
      work.seal();
      this.#generator?.generate(work.built.values());
    } catch (error) {
      this.discard(work);
      throw error;
    }
    const derived = new Set(rules.flatMap((rule) => rule.branches.flatMap((branch) => branch.into ?? [])));
    return { program: { ...work.program(rules.length), derived }, fresh: work.fresh };
  }

  /** What was made anew is not used. */
  discard({ fresh }: Pick<BuiltProgram, "fresh">): void {
    for (const { cell } of fresh) for (const { position } of cell.runners) position.gone = true;
    this.#options.runtime.timers.dropGone();
  }

  #make(plan: PlannedCell, as: TemplateCell | null, groups: Map<string, Group>, kept: ReadonlySet<Group>, work: Work) {
    const where = as === null ? plan.where : as.rest;
    let group = as === null ? undefined : groups.get(as.template);
    if (group === undefined) {
      group = makeGroup(plan, where, as?.field ?? null, { ...this.#options, base: this.#base, texts: this.#texts });
      if (as !== null) groups.set(as.template, group);
    }
    const joins = kept.has(group);
    const constants = as?.constants ?? null;
    const cell = joins ? group.newCell(plan.id, constants) : group.addCell(plan.id, constants);
    // Known at once, so that it can be taken back whatever happens next.
    const built = work.add({ plan, cell, template: as?.template ?? null, joins }, where);
    for (const { rule, index, stateId } of plan.planned) {
      const position = { index, gone: false };
      const { binding, runtime } = this.#options;
      const builder = new RuleBuilder(rule, position, stateId, cell, binding, this.#base, runtime);
      const runner = builder.build();
      cell.runners.push(runner);
      if (!(runner instanceof EventRule)) continue;
      const [branch] = rule.branches;
      if (rule.branches.length === 1 && branch!.about === "event" && branch!.when !== null) {
        runner.guard = guardIn(branch!.when, this.#base);
      }
      built.rules.set(runner, { rule, runner, uses: builder.uses, scope: builder.scope });
    }
  }

  #templates(cells: readonly PlannedCell[]): Map<CellPlan, TemplateCell> {
    return findTemplates(cells, {
      params: this.#base.params,
      textOf: this.#texts.textOf,
      guardOf: (condition) => guardIn(condition, this.#base),
      staysAlone: ({ name }) => this.#options.runtime.live.has(name),
      known: (rule) => this.#texts.of(rule),
    });
  }

  /** Which keys of a rule are a shard's own. */
  #owned(rule: number): GroupSpec["owns"] {
    const { share } = this.#options;
    if (share === null) return null;
    const owner = share.owners[rule]!;
    if (owner === null) return keyShare(share.index, share.count);
    return owner === share.index ? null : "none";
  }
}

/** A program while it is made. */
class Work {
  readonly fresh: FreshCell[] = [];
  /** Groups for which code has to be made, or for some cells of which. */
  readonly built = new Map<Group, BuiltGroup & { readonly cells: BuiltCell[] }>();
  readonly #made: MadeCell[] = [];

  take(made: MadeCell): void {
    this.#made.push(made);
  }

  add(fresh: FreshCell, where: PlanExpr | null): BuiltCell {
    const { group } = fresh.cell;
    this.fresh.push(fresh);
    this.#made.push(fresh);
    const one = { cell: fresh.cell, rules: new Map() };
    const built = this.built.get(group) ?? { group, rule: fresh.plan.rules[0]!, where, joined: fresh.joins, cells: [] };
    this.built.set(group, built);
    built.cells.push(one);
    return one;
  }

  seal(): void {
    for (const { group, joined, cells } of this.built.values()) {
      if (joined) for (const { cell } of cells) group.sealCell(cell);
      else group.seal();
    }
  }

  program(rules: number): Omit<Program, "derived"> {
    const runners = new Array<RuleRunner>(rules);
    const cellOf = new Map<RuleRunner, GroupCell>();
    for (const { plan, cell } of this.#made) {
      for (const [i, { index }] of plan.planned.entries()) {
        runners[index] = cell.runners[i]!;
        cellOf.set(cell.runners[i]!, cell);
      }
    }
    return {
      groups: [...new Set(this.#made.map(({ cell }) => cell.group))],
      cells: this.#made.map(({ cell }) => cell),
      runners,
      cellOf,
      made: new Map(this.#made.map((one) => [one.plan.id, one])),
    };
  }
}
