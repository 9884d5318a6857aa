import type { EvalContext } from "../evaluate.ts";
import type { Plan, RulePlan } from "../plan.ts";
import { fromHost } from "../values/from-host.ts";
import { toJson } from "../values/to-json.ts";
import { type CompileExpr, ConditionProbe } from "./condition-probe.ts";
import { FiredReadings } from "./fired-readings.ts";
import { GroupLog } from "./group-log.ts";
import { namedKey, RuleLog, type RuleObserver } from "./rule-log.ts";
import { SequenceLog, type SequenceLogOptions } from "./sequence-log.ts";
import { StreamLog } from "./stream-log.ts";
import type { ExplainOptions, NearMiss, Why, WhyNot } from "./why.ts";
import { evaluationOf, type RuleLogs, whyNot } from "./why-not.ts";

const defaultKeys = 1000;
const defaultEvaluations = 32;
const defaultNearMisses = 20;

/** What an engine records to say why a rule fired and why it did not. One exists only where it was made with `explain`. */
export class Explainer {
  readonly streams: StreamLog = new StreamLog();
  readonly #plan: Plan;
  readonly #options: ExplainOptions;
  readonly #context: EvalContext;
  readonly #rules = new Map<string, RuleLogs>();
  readonly #fired = new FiredReadings();

  constructor(plan: Plan, options: ExplainOptions, context: EvalContext) {
    this.#plan = plan;
    this.#options = options;
    this.#context = context;
  }

  /** Whether alerts carry the events that made them fire. */
  get showsEvents(): boolean {
    return this.#options.events ?? true;
  }

  /** Makes the log of a rule evaluated over windows; `null` where it is not to be recorded. */
  observe(rule: RulePlan, group: GroupLog, compile: CompileExpr, stretchMs: number): RuleObserver | null {
    if (!this.#records(rule)) return null;
    this.#follow(rule, group);
    const log = new RuleLog(rule, compile, this.#context, {
      ...this.#common(rule),
      stretchMs,
      maxSteps: this.#options.evaluations ?? defaultEvaluations,
    });
    this.#rules.set(rule.name, { rule, group, evaluations: log, runs: null });
    return log;
  }

  /** Makes the log of a sequence; `null` where it is not to be recorded. */
  observeSequence(
    rule: RulePlan,
    group: GroupLog,
    options: Omit<SequenceLogOptions, "maxKeys" | "keeps" | "onFired">,
  ): RuleObserver | null {
    if (!this.#records(rule)) return null;
    this.#follow(rule, group);
    const log = new SequenceLog(rule, this.#context, { ...options, ...this.#common(rule) });
    this.#rules.set(rule.name, { rule, group, evaluations: null, runs: log });
    return log;
  }

  /** Makes the log of a group of rules, of which one is given. */
  observeGroup(rule: RulePlan, spec: ConstructorParameters<typeof GroupLog>[0], compile: CompileExpr): GroupLog {
    const probe = rule.where === null ? null : new ConditionProbe(rule.where, rule, compile);
    return new GroupLog(spec, probe, this.#context, this.#options.keys ?? defaultKeys);
  }

  why(alertId: string): Why | null {
    const fired = this.#fired.get(alertId);
    if (fired === null) return null;
    const { rule, at, branch, condition } = fired;
    const plan = this.#plan.rules.find(({ name }) => name === rule);
    return { alertId, rule, at, severity: plan!.branches[branch]!.severity, condition };
  }

  /** `now` is the clock of the engine; nothing is asked later than that. */
  whyNot(rule: string, key: Readonly<Record<string, unknown>>, time: number, now: number): WhyNot {
    return whyNot(this.#logsOf(rule), this.streams, (stream) => this.#writers(stream), fitting(key), time, now);
  }

  nearMisses(rule: string, limit: number | undefined, now: number): readonly NearMiss[] {
    const logs = this.#logsOf(rule);
    const count = limit ?? defaultNearMisses;
    if (logs.runs !== null) {
      return logs.runs.nearMisses(count, now).map(({ key, run }) => ({
        rule,
        key,
        at: "at" in run.end ? run.end.at : run.startedAt,
        closeness: run.progress,
        evaluation: null,
        run,
      }));
    }
    const { evaluations } = logs;
    return evaluations.nearMisses(count).map(({ key, stretch: { closest } }) => {
      const { at, closeness } = closest;
      return { rule, key, at, closeness, evaluation: evaluationOf(closest, evaluations), run: null };
    });
  }

  #writers(stream: string): readonly string[] {
    const writes = ({ branches }: RulePlan): boolean => branches.some(({ into }) => into === stream);
    return this.#plan.rules.filter(writes).map(({ name }) => name);
  }

  #logsOf(rule: string): RuleLogs {
    const logs = this.#rules.get(rule);
    if (logs !== undefined) return logs;
    const known = this.#plan.rules.some(({ name }) => name === rule);
    throw new RangeError(known ? `rule \`${rule}\` is not recorded` : `there is no rule \`${rule}\``);
  }

  #follow(rule: RulePlan, group: GroupLog): void {
    const { keeps } = this.#options;
    group.keeps.push((key) => keeps?.(rule.name, namedKey(rule, key)) ?? true);
  }

  #records({ name }: RulePlan): boolean {
    return this.#options.rules?.includes(name) ?? true;
  }

  #common({ name }: RulePlan): Pick<SequenceLogOptions, "maxKeys" | "keeps" | "onFired"> {
    const { keeps, keys } = this.#options;
    return {
      maxKeys: keys ?? defaultKeys,
      keeps: (key) => keeps?.(name, key) ?? true,
      onFired: (id, fired) => this.#fired.add(id, fired),
    };
  }
}

/** Whether a key has the values given; those not given may be any. */
function fitting(asked: Readonly<Record<string, unknown>>): (key: Readonly<Record<string, unknown>>) => boolean {
  const texts = Object.entries(asked).map(([name, value]) => [name, JSON.stringify(toJson(fromHost(value)))] as const);
  return (key) => texts.every(([name, text]) => Object.hasOwn(key, name) && JSON.stringify(key[name]) === text);
}
