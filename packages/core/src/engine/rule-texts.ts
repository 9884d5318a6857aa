import type { RulePlan } from "../plan.ts";
import { type Binding, contentText } from "./binding.ts";
import { hash128 } from "./hash.ts";
import { ruleContent } from "./rule-content.ts";
import type { TemplateCell } from "./rule-templates.ts";

/** What names a rule and its group, by content. */
export interface RuleText {
  /** The rule by what its state depends on. */
  readonly content: string;
  /** Equal for rules that share source, key and expiry. */
  readonly source: string;
  /** Equal for rules that share the filter too; and what names these in snapshots. */
  readonly cell: string;
  readonly cellId: string;
  /** Where the rule is alone in its cell: the templates that it may be of; `null` until it was asked for. */
  alone: readonly TemplateCell[] | null;
}

/** The texts of rules, made once for each: a plan that changes has most of its rules in common with the one before. */
export class RuleTexts {
  readonly #binding: Binding;
  readonly #known = new WeakMap<RulePlan, RuleText>();

  constructor(binding: Binding) {
    this.#binding = binding;
  }

  /** Equal texts for parts of a plan that mean the same. */
  readonly textOf = (part: unknown): string => contentText(part, this.#binding);

  of(rule: RulePlan): RuleText {
    const known = this.#known.get(rule);
    if (known !== undefined) return known;
    const text = this.#make(rule);
    this.#known.set(rule, text);
    return text;
  }

  #make(rule: RulePlan): RuleText {
    const expireMs = rule.expireAfter === null ? null : this.#binding.millis(rule.expireAfter);
    const from = this.textOf(sourcesOf(rule));
    const keys = this.textOf(keysOf(rule));
    const cell = `[${from},${this.textOf(rule.where)},${keys},${expireMs}]`;
    return {
      content: ruleContent(rule, this.#binding),
      source: `[${from},${keys},${expireMs}]`,
      cell,
      cellId: hash128(cell),
      alone: null,
    };
  }
}

function keysOf({ key, sequence }: RulePlan): readonly unknown[] {
  return sequence === null ? key.map(({ expr }) => expr) : sequence.keys;
}

/** The streams a rule reads: of a sequence, those of its steps and of FROM. */
export function sourcesOf(rule: RulePlan): readonly string[] | null {
  if (rule.sequence === null || rule.from !== null) return rule.from;
  const streams = rule.sequence.steps
    .flatMap((step) => (step.kind === "group" ? step.members : [step]))
    .flatMap((step) => step.streams);
  return [...new Set(streams)];
}
