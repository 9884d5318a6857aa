import type { Evaluate } from "../evaluate.ts";
import { compileExpression, constantOf } from "../expression/compile-expression.ts";
import type { ExpressionScope } from "../expression/scope.ts";
import type { RuleObserver } from "../explain/rule-log.ts";
import type { AggregatePlan, BranchPlan, PlanExpr, RulePlan, SequencePlan } from "../plan.ts";
import { BoundScope } from "../sequence/bound-scope.ts";
import { compileSteps } from "../sequence/compile-steps.ts";
import { SequenceRule } from "../sequence/sequence-rule.ts";
import { firstMembers } from "../sequence/step.ts";
import { stepGuards } from "../sequence/step-guards.ts";
import { type BaseScope, eventScope, guardIn } from "./base-scope.ts";
import type { Binding } from "./binding.ts";
import { ClockRule } from "./clock-rule.ts";
import { EventRule } from "./event-rule.ts";
import { explainedEvents, type Explanation } from "./explained-events.ts";
import type { Group } from "./group.ts";
import type { GroupCell } from "./group-cell.ts";
import type { AggregateUse, GroupWindow, WindowShape } from "./group-window.ts";
import type { KeyHistory } from "./key-history.ts";
import { type Branch, RuleOutput } from "./rule-output.ts";
import type { RulePosition } from "./rule-position.ts";
import type { RuleRunner } from "./rule-runner.ts";
import { lastEnd, offsetMs, stretchMs, windowShape } from "./rule-window.ts";
import { roundedUp } from "./rule-templates.ts";
import type { Runtime } from "./runtime.ts";
import { SessionRule } from "./session-rule.ts";
import { speedKmh } from "./speed.ts";
import { type WindowNeed, windowNeed } from "./window-need.ts";

/** Runs of a key that may live where MATCH ALL gives no limit of its own. */
const maxRuns = 1000;

/** Compiles one rule into its cell of a group, behind those that are there. */
export class RuleBuilder {
  readonly #rule: RulePlan;
  readonly #position: RulePosition;
  readonly #stateId: string;
  readonly #group: Group;
  readonly #cell: GroupCell;
  readonly #binding: Binding;
  readonly #base: BaseScope;
  readonly #runtime: Runtime;
  /** How the rule's aggregates are read, and what its expressions reach: known once it is built. */
  uses: readonly AggregateUse[] = [];
  #need: WindowNeed = { events: null, distinct: new Map() };
  scope: ExpressionScope | null = null;

  constructor(
    rule: RulePlan,
    position: RulePosition,
    stateId: string,
    cell: GroupCell,
    binding: Binding,
    base: BaseScope,
    runtime: Runtime,
  ) {
    this.#rule = rule;
    this.#position = position;
    this.#stateId = stateId;
    this.#cell = cell;
    this.#group = cell.group;
    this.#binding = binding;
    this.#base = base;
    this.#runtime = runtime;
  }

  build(): RuleRunner {
    const rule = this.#rule;
    if (rule.sequence !== null) return this.#sequence(rule.sequence);
    const shape = windowShape(rule, this.#stateId, this.#binding);
    const window = shape === null ? null : this.#group.window(shape);
    // What is said of a condition, or shown of a window, is said exactly.
    this.#need =
      this.#runtime.explainer !== null || this.#runtime.live.has(rule.name)
        ? { events: null, distinct: new Map() }
        : this.#rounded(windowNeed(rule, (expr) => constantOf(expr, this.#base.params)));
    window?.need(this.#need.events);
    const scope = this.#scope(window);
    this.scope = scope;
    const branches = rule.branches.map((branch, index) => this.#branch(branch, index, scope));
    const output = this.#output(scope);
    output.branches = branches;
    const runner = this.#runner(output, branches, window);
    if (this.#runtime.explain) {
      const explanation: Explanation = {
        shape: this.#explainedShape(shape),
        endAt: lastEnd(rule.window, this.#binding),
        runner: () => runner,
      };
      output.explain = (at) => explainedEvents(this.#group, explanation, at);
    }
    output.observer = this.#observer(scope);
    return runner;
  }

  /** In a template there is room for rules that come later. */
  #rounded({ events, distinct }: WindowNeed): WindowNeed {
    if (this.#group.spec.field === null) return { events, distinct };
    const each = [...distinct].map(([index, most]) => [index, roundedUp(most)!] as const);
    return { events: roundedUp(events), distinct: new Map(each) };
  }

  #sequence(plan: SequencePlan): RuleRunner {
    const { bound, scope } = this.#sequenceScope();
    const output = this.#output(scope);
    const branches = this.#rule.branches.map((branch, index) => this.#branch(branch, index, scope));
    const steps = compileSteps(
      plan,
      (expr) => compileExpression(expr, scope),
      (alias) => this.#runtime.explain || bound.read.has(alias),
    );
    const runner = new SequenceRule(this.#runtime, this.#position, this.#group, output, branches, {
      steps,
      guards: stepGuards(steps, firstMembers(steps), (condition) => guardIn(condition, this.#base)),
      scope: bound,
      mode: plan.match.mode,
      limit: plan.match.limit ?? maxRuns,
      withinMs: plan.within === null ? null : this.#binding.millis(plan.within),
    });
    if (this.#runtime.explain) output.explain = () => runner.explained();
    output.observer = this.#sequenceObserver(plan, scope);
    return runner;
  }

  #sequenceScope(): { readonly bound: BoundScope; readonly scope: ExpressionScope } {
    const bound = new BoundScope();
    const inEvent = eventScope(this.#base);
    const compile = (expr: PlanExpr): Evaluate => compileExpression(expr, inEvent);
    const scope: ExpressionScope = {
      ...inEvent,
      bound: (alias, name) => bound.bound(alias, name, compile),
      aggregate: (index) => bound.aggregate(this.#rule.aggregates[index]!, compile),
    };
    return { bound, scope };
  }

  #observer(scope: ExpressionScope): RuleObserver | null {
    const { explainer } = this.#runtime;
    if (explainer === null) return null;
    const compile = (expr: PlanExpr): Evaluate => compileExpression(expr, scope);
    return explainer.observe(this.#rule, this.#group.log!, compile, stretchMs(this.#rule.window, this.#binding));
  }

  /** It follows the runs by itself, so it reads them from a scope of its own. */
  #sequenceObserver(plan: SequencePlan, ruleScope: ExpressionScope): RuleObserver | null {
    const { explainer } = this.#runtime;
    if (explainer === null) return null;
    const { bound, scope } = this.#sequenceScope();
    const compile = (expr: PlanExpr): Evaluate => compileExpression(expr, scope);
    return explainer.observeSequence(this.#rule, this.#group.log!, {
      steps: compileSteps(plan, compile),
      scope: bound,
      compile,
      compileForRule: (expr) => compileExpression(expr, ruleScope),
      mode: plan.match.mode,
      withinMs: plan.within === null ? null : this.#binding.millis(plan.within),
      expireMs: this.#group.spec.expireMs,
    });
  }

  #output(scope: ExpressionScope): RuleOutput {
    const { cooldown } = this.#rule;
    const lengthMs = cooldown === null ? null : this.#binding.millis(cooldown.duration);
    const per = cooldown?.per ?? null;
    return new RuleOutput(
      this.#runtime,
      this.#rule,
      this.#stateId,
      this.#cell.missed,
      lengthMs,
      per === null ? null : compileExpression(per, scope),
    );
  }

  #runner(output: RuleOutput, branches: readonly Branch[], window: GroupWindow | null): RuleRunner {
    const plan = this.#rule.window;
    const { millis } = this.#binding;
    if (plan === null || window === null) return this.#eventRule(output, branches, null);
    switch (plan.kind) {
      case "tumbling":
      case "hopping":
        return new ClockRule(this.#runtime, this.#position, this.#group, output, branches, window, {
          everyMs: millis(plan.every),
          offsetMs: offsetMs(plan.offset, this.#binding),
          lengthMs: plan.kind === "hopping" ? millis(plan.length) : null,
        });
      case "session":
        return new SessionRule(
          this.#runtime,
          this.#position,
          this.#group,
          output,
          branches,
          window,
          millis(plan.gap),
          plan.max === null ? null : millis(plan.max),
        );
      case "within":
        return this.#eventRule(output, branches, window);
      case "last":
        return this.#eventRule(output, branches, null);
    }
  }

  #eventRule(output: RuleOutput, branches: readonly Branch[], within: GroupWindow | null): EventRule {
    const place = this.#cell.runners.length;
    return new EventRule(this.#runtime, this.#position, this.#group, place, output, branches, within);
  }

  #scope(window: GroupWindow | null): ExpressionScope {
    const inEvent = eventScope(this.#base);
    this.uses = this.#rule.aggregates.map((aggregate, index) => this.#aggregate(aggregate, index, window, inEvent));
    const { uses } = this;
    return {
      ...this.#base,
      aggregate: (index) => uses[index]!.evaluate,
      prev: (arg, plan) => this.#history().prev(plan, arg),
      elapsed: () => this.#history().elapsed(),
      speed: (lat, lon, plan) => {
        const history = this.#history();
        const before = [history.prev(plan.lat, lat), history.prev(plan.lon, lon)] as const;
        return speedKmh(lat, lon, before[0], before[1], history.elapsed());
      },
      bound: (alias, name) => inEvent.bound(alias, name),
    };
  }

  /** What the rule reads of events before. */
  #history(): KeyHistory {
    const { history } = this.#group;
    const { window, branches } = this.#rule;
    const later =
      this.#runtime.explainer !== null ||
      (window !== null && window.kind !== "within" && window.kind !== "last") ||
      branches.some((branch) => branch.for !== null || this.#isEpisodic(branch));
    if (later) history.readLater();
    return history;
  }

  #isEpisodic({ about, each, resolve }: BranchPlan): boolean {
    return about === "window" && (!each || resolve) && this.#rule.window?.kind !== "session";
  }

  #aggregate(plan: AggregatePlan, index: number, window: GroupWindow | null, scope: ExpressionScope): AggregateUse {
    const arg = plan.arg === null ? null : compileExpression(plan.arg, scope);
    const over =
      plan.over === null
        ? window
        : this.#group.window({ kind: "within", lengthMs: this.#binding.millis(plan.over), precisionMs: null });
    if (over === null) throw new Error("an aggregate without OVER needs a window, if only of all events so far");
    if (plan.over !== null) over.need(null);
    return over.use(plan, arg, plan.over === null ? (this.#need.distinct.get(index) ?? null) : null);
  }

  #branch(plan: BranchPlan, index: number, scope: ExpressionScope): Branch {
    const compile = (expr: PlanExpr): Evaluate => compileExpression(expr, scope);
    return {
      index,
      when: plan.when === null ? null : compile(plan.when),
      episodic: this.#isEpisodic(plan),
      each: plan.each,
      forMs: plan.for === null ? null : this.#binding.millis(plan.for),
      resolve: plan.resolve,
      severity: plan.severity,
      message:
        plan.message === null ? null : plan.message.map((part) => (typeof part === "string" ? part : compile(part))),
      data: plan.data.map(({ name, expr }) => ({ name, value: compile(expr) })),
      into: plan.into,
    };
  }

  /** An alert of a rule without a window and without aggregates rests on its event, and on the one before where it reads that. */
  #explainedShape(shape: WindowShape | null): Explanation["shape"] {
    if (shape !== null) return shape;
    const longest = Math.max(
      0,
      ...this.#rule.aggregates.map((aggregate) => (aggregate.over === null ? 0 : this.#binding.millis(aggregate.over))),
    );
    if (longest > 0) return { kind: "within", lengthMs: longest, precisionMs: null };
    return this.#group.history.used ? "event-and-previous" : "event";
  }
}
