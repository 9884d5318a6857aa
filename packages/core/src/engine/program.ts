import { defaultTimeFields } from "./event-time.ts";
import { type Guard, guardOf } from "../dispatch/guard.ts";
import type { Evaluate } from "../evaluate.ts";
import { compileExpression, constantOf } from "../expression/compile-expression.ts";
import type { ExpressionScope } from "../expression/scope.ts";
import type { RuleObserver } from "../explain/rule-log.ts";
import { type BuiltGroup, generateCode } from "../generate/generate-code.ts";
import type { AggregatePlan, BranchPlan, Plan, PlanExpr, RulePlan, SequencePlan } from "../plan.ts";
import { BoundScope } from "../sequence/bound-scope.ts";
import { compileSteps } from "../sequence/compile-steps.ts";
import { SequenceRule } from "../sequence/sequence-rule.ts";
import { keyShare } from "../shard/key-share.ts";
import type { RuleOwner } from "../shard/rule-owners.ts";
import { firstMembers } from "../sequence/step.ts";
import { stepGuards } from "../sequence/step-guards.ts";
import type { Value, ValueObject } from "../value.ts";
import { type Binding, contentText } from "./binding.ts";
import { ClockRule } from "./clock-rule.ts";
import { EventRule } from "./event-rule.ts";
import { explainedEvents, type Explanation } from "./explained-events.ts";
import { Group, type GroupSpec } from "./group.ts";
import type { AggregateUse, GroupWindow, WindowShape } from "./group-window.ts";
import { hash128 } from "./hash.ts";
import type { KeyHistory } from "./key-history.ts";
import { type Branch, RuleOutput } from "./rule-output.ts";
import type { RuleRunner } from "./rule-runner.ts";
import type { Runtime } from "./runtime.ts";
import { SessionRule } from "./session-rule.ts";
import { type WindowNeed, windowNeed } from "./window-need.ts";
import { speedKmh } from "./speed.ts";

/** The rules of a plan made ready to run. */
export interface Program {
  readonly groups: readonly Group[];
  /** In the order of the plan. */
  readonly runners: readonly RuleRunner[];
  readonly groupOf: ReadonlyMap<RuleRunner, Group>;
  /** Streams that rules write with INTO. */
  readonly derived: ReadonlySet<string>;
  /** The text of what was generated, in pieces. */
  readonly code: readonly string[];
}

/** What a shard has of the rules. */
export interface RuleShare {
  readonly index: number;
  readonly count: number;
  readonly owners: readonly RuleOwner[];
}

/** What expressions reach outside the event and its key. */
export interface Host {
  row(table: string, key: Value): ValueObject | null;
  call(name: string): ((...args: Value[]) => Value) | null;
}

/** With `generate` code is generated for what runs at every event; else closures do it. */
export function buildProgram(
  plan: Plan,
  binding: Binding,
  host: Host,
  runtime: Runtime,
  generate: boolean,
  share: RuleShare | null = null,
): Program {
  const groups = new Map<string, Group>();
  const groupOf = new Map<RuleRunner, Group>();
  const timeFields = new Set(defaultTimeFields);
  for (const stream of plan.streams) if (stream.time?.kind === "field") timeFields.add(stream.time.field);
  const base = { params: binding.params, timeFields, row: host.row.bind(host), hostFunction: host.call.bind(host) };
  const seen = new Map<string, number>();
  const builtOf = new Map<Group, BuiltGroup>();
  const runners = plan.rules.map((rule, index) => {
    const group = groupFor(groups, rule, binding, base, runtime, share === null ? null : ownedKeys(share, index));
    const content = ruleContent(rule, binding);
    const before = seen.get(content) ?? 0;
    seen.set(content, before + 1);
    // Rules that say the same are told apart by their order.
    const stateId = before === 0 ? content : `${content}-${before}`;
    const builder = new RuleBuilder(rule, index, stateId, group, binding, base, runtime);
    const runner = builder.build();
    group.runners.push(runner);
    groupOf.set(runner, group);
    const built = builtOf.get(group) ?? { group, rule, rules: [] };
    builtOf.set(group, built);
    const [branch] = rule.branches;
    if (
      runner instanceof EventRule &&
      rule.branches.length === 1 &&
      branch!.about === "event" &&
      branch!.when !== null
    ) {
      runner.guard = guardIn(branch!.when, base);
    }
    if (runner instanceof EventRule) built.rules.push({ rule, runner, uses: builder.uses, scope: builder.scope });
    return runner;
  });
  for (const group of groups.values()) group.seal();
  const code = generate ? generateCode([...builtOf.values()], plan, base, eventScope(base), runtime.context) : [];
  const derived = new Set(plan.rules.flatMap((rule) => rule.branches.flatMap((branch) => branch.into ?? [])));
  return { groups: [...groups.values()], runners, groupOf, derived, code };
}

/** Where no window says how much time belongs together. */
const defaultStretchMs = 60_000;
/** Runs of a key that may live where MATCH ALL gives no limit of its own. */
const maxRuns = 1000;

type BaseScope = Pick<ExpressionScope, "params" | "timeFields" | "row" | "hostFunction">;

function groupFor(
  groups: Map<string, Group>,
  rule: RulePlan,
  binding: Binding,
  base: BaseScope,
  runtime: Runtime,
  owns: GroupSpec["owns"],
): Group {
  const expireMs = rule.expireAfter === null ? null : binding.millis(rule.expireAfter);
  const from = sourcesOf(rule);
  const keys = rule.sequence === null ? rule.key.map((key) => key.expr) : rule.sequence.keys;
  const textOf = (part: unknown): string => contentText(part, binding);
  const id = hash128(textOf([from, rule.where, keys, expireMs]));
  const name = `${id} ${owns === null ? "all" : owns === "none" ? "none" : "own"}`;
  const known = groups.get(name);
  if (known !== undefined) return known;
  const scope = eventScope(base);
  const group = new Group(
    {
      id: owns === null ? id : hash128(name),
      from,
      where: rule.where === null ? null : compileExpression(rule.where, scope),
      keySize: rule.key.length,
      key: keyReader(rule, scope),
      expireMs,
      guard: rule.where === null ? null : guardIn(rule.where, base),
      owns,
      textOf,
    },
    runtime,
  );
  if (runtime.explainer !== null) {
    group.log = runtime.explainer.observeGroup(rule, group.spec, (expr) => compileExpression(expr, scope));
  }
  groups.set(name, group);
  return group;
}

/** Which keys of a rule are a shard's own. */
function ownedKeys({ index, count, owners }: RuleShare, rule: number): GroupSpec["owns"] {
  const owner = owners[rule]!;
  if (owner === null) return keyShare(index, count);
  return owner === index ? null : "none";
}

/** What a condition demands of one field that any event may be asked for. */
function guardIn(condition: PlanExpr, base: BaseScope): Guard | null {
  return guardOf(
    condition,
    (expr) => constantOf(expr, base.params),
    (name) => !(name in Object.prototype) && !base.timeFields.has(name),
  );
}

/** The streams a rule reads: of a sequence, those of its steps and of FROM. */
function sourcesOf(rule: RulePlan): readonly string[] | null {
  if (rule.sequence === null || rule.from !== null) return rule.from;
  const streams = rule.sequence.steps
    .flatMap((step) => (step.kind === "group" ? step.members : [step]))
    .flatMap((step) => step.streams);
  return [...new Set(streams)];
}

function keyReader(rule: RulePlan, scope: ExpressionScope): (stream: string) => readonly Evaluate[] {
  if (rule.sequence === null) {
    const key = rule.key.map(({ expr }) => compileExpression(expr, scope));
    return () => key;
  }
  const byStream = new Map(
    rule.sequence.keys.map(({ stream, exprs }) => [stream, exprs.map((expr) => compileExpression(expr, scope))]),
  );
  const fallback = rule.key.map(({ expr }) => compileExpression(expr, scope));
  return (stream) => byStream.get(stream) ?? fallback;
}

/** Of WHERE and BY: nothing but the event is there to be read. */
function eventScope(base: BaseScope): ExpressionScope {
  const refuse = (what: string) => (): never => {
    throw new Error(`a plan must not use ${what} in WHERE or BY`);
  };
  return {
    ...base,
    aggregate: refuse("an aggregate"),
    prev: refuse("PREV"),
    elapsed: refuse("ELAPSED"),
    speed: refuse("SPEED_KMH"),
    bound: refuse("a bound event"),
  };
}

/** Names a rule by what its state depends on: a new name, message or severity leaves that as it is. */
function ruleContent(rule: RulePlan, binding: Binding): string {
  const { from, where, key, window, sequence, aggregates, branches, cooldown, expireAfter } = rule;
  const conditions = branches.map(({ when, about, for: forMs, each, resolve }) => [when, about, forMs, each, resolve]);
  return hash128(
    contentText([from, where, key, window, sequence, aggregates, conditions, cooldown, expireAfter], binding),
  );
}

/** Compiles one rule into its group. */
class RuleBuilder {
  readonly #rule: RulePlan;
  readonly #index: number;
  readonly #stateId: string;
  readonly #group: Group;
  readonly #binding: Binding;
  readonly #base: BaseScope;
  readonly #runtime: Runtime;
  /** How the rule's aggregates are read, and what its expressions reach: known once it is built. */
  uses: readonly AggregateUse[] = [];
  #need: WindowNeed = { events: null, distinct: new Map() };
  scope: ExpressionScope | null = null;

  constructor(
    rule: RulePlan,
    index: number,
    stateId: string,
    group: Group,
    binding: Binding,
    base: BaseScope,
    runtime: Runtime,
  ) {
    this.#rule = rule;
    this.#index = index;
    this.#stateId = stateId;
    this.#group = group;
    this.#binding = binding;
    this.#base = base;
    this.#runtime = runtime;
  }

  build(): RuleRunner {
    const rule = this.#rule;
    if (rule.sequence !== null) return this.#sequence(rule.sequence);
    const shape = this.#shape();
    const window = shape === null ? null : this.#group.window(shape);
    // What is said of a condition, or shown of a window, is said exactly.
    this.#need =
      this.#runtime.explainer !== null || this.#runtime.live.has(rule.name)
        ? { events: null, distinct: new Map() }
        : windowNeed(rule, (expr) => constantOf(expr, this.#base.params));
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
        endAt: this.#endAt(),
        runner: () => runner,
      };
      output.explain = (at) => explainedEvents(this.#group, explanation, at);
    }
    output.observer = this.#observer(scope);
    return runner;
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
    const runner = new SequenceRule(this.#runtime, this.#index, this.#group, output, branches, {
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
    return explainer.observe(this.#rule, this.#group.log!, compile, this.#stretchMs());
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

  /** How much time evaluations share one near miss: what the window holds at once. */
  #stretchMs(): number {
    const plan = this.#rule.window;
    const { millis } = this.#binding;
    switch (plan?.kind) {
      case "within":
      case "hopping":
        return millis(plan.length);
      case "tumbling":
        return millis(plan.every);
      case "session":
        return millis(plan.gap);
      default:
        return defaultStretchMs;
    }
  }

  #output(scope: ExpressionScope): RuleOutput {
    const { cooldown } = this.#rule;
    const lengthMs = cooldown === null ? null : this.#binding.millis(cooldown.duration);
    const per = cooldown?.per ?? null;
    return new RuleOutput(
      this.#runtime,
      this.#rule,
      this.#stateId,
      this.#group.missed,
      lengthMs,
      per === null ? null : compileExpression(per, scope),
    );
  }

  #runner(output: RuleOutput, branches: readonly Branch[], window: GroupWindow | null): RuleRunner {
    const plan = this.#rule.window;
    const { millis } = this.#binding;
    if (plan === null || window === null) {
      return new EventRule(this.#runtime, this.#index, this.#group, output, branches, null);
    }
    switch (plan.kind) {
      case "tumbling":
      case "hopping":
        return new ClockRule(this.#runtime, this.#index, this.#group, output, branches, window, {
          everyMs: millis(plan.every),
          offsetMs: millis0(this.#binding, plan.offset),
          lengthMs: plan.kind === "hopping" ? millis(plan.length) : null,
        });
      case "session":
        return new SessionRule(
          this.#runtime,
          this.#index,
          this.#group,
          output,
          branches,
          window,
          millis(plan.gap),
          plan.max === null ? null : millis(plan.max),
        );
      case "within":
        return new EventRule(this.#runtime, this.#index, this.#group, output, branches, window);
      case "last":
        return new EventRule(this.#runtime, this.#index, this.#group, output, branches, null);
    }
  }

  /** `null`: no window, and nothing is read from all events so far. */
  #shape(): WindowShape | null {
    const plan = this.#rule.window;
    const { millis } = this.#binding;
    switch (plan?.kind) {
      case "within":
        return {
          kind: "within",
          lengthMs: millis(plan.length),
          precisionMs: plan.precision === null ? null : millis(plan.precision),
        };
      case "last":
        return { kind: "last", count: plan.count };
      case "hopping":
        return { kind: "owned", mode: "sliding", owner: this.#stateId, lengthMs: millis(plan.length) };
      case "tumbling":
        return { kind: "owned", mode: "growing", owner: this.#stateId, lengthMs: millis(plan.every) };
      case "session":
        return { kind: "owned", mode: "growing", owner: this.#stateId, lengthMs: null };
      default:
        return this.#rule.aggregates.some((aggregate) => aggregate.over === null) ? { kind: "all" } : null;
    }
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

  /** What fires when a FOR is over says how the last end left the window. */
  #endAt(): Explanation["endAt"] {
    const plan = this.#rule.window;
    if (plan?.kind !== "tumbling" && plan?.kind !== "hopping") return null;
    const everyMs = this.#binding.millis(plan.every);
    const offsetMs = millis0(this.#binding, plan.offset);
    return (at) => Math.floor((at - offsetMs) / everyMs) * everyMs + offsetMs;
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

/** An OFFSET may be 0. */
function millis0(binding: Binding, length: number | { readonly param: string }): number {
  return length === 0 ? 0 : binding.millis(length);
}
