import { type BuiltGroup, generateCode } from "../generate/generate-code.ts";
import type { Plan } from "../plan.ts";
import { keyShare } from "../shard/key-share.ts";
import type { RuleOwner } from "../shard/rule-owners.ts";
import type { Value, ValueObject } from "../value.ts";
import { eventScope, guardIn, timeFieldsOf } from "./base-scope.ts";
import type { Binding } from "./binding.ts";
import { EventRule } from "./event-rule.ts";
import type { Group } from "./group.ts";
import type { GroupCell } from "./group-cell.ts";
import { makeGroups } from "./group-plan.ts";
import type { GroupSpec } from "./group-spec.ts";
import { RuleBuilder } from "./rule-builder.ts";
import { ruleContent } from "./rule-content.ts";
import type { RuleRunner } from "./rule-runner.ts";
import type { Runtime } from "./runtime.ts";

/** The rules of a plan made ready to run. */
export interface Program {
  readonly groups: readonly Group[];
  /** Of all groups. */
  readonly cells: readonly GroupCell[];
  /** In the order of the plan. */
  readonly runners: readonly RuleRunner[];
  readonly cellOf: ReadonlyMap<RuleRunner, GroupCell>;
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
  const timeFields = timeFieldsOf(plan);
  const base = { params: binding.params, timeFields, row: host.row.bind(host), hostFunction: host.call.bind(host) };
  const owned = (rule: number): GroupSpec["owns"] => (share === null ? null : ownedKeys(share, rule));
  const homes = makeGroups(plan.rules, { binding, base, runtime, owned });
  const cellOf = new Map<RuleRunner, GroupCell>();
  const seen = new Map<string, number>();
  const builtOf = new Map<Group, BuiltGroup>();
  const runners = plan.rules.map((rule, index) => {
    const { cell, where } = homes[index]!;
    const { group } = cell;
    const content = ruleContent(rule, binding);
    const before = seen.get(content) ?? 0;
    seen.set(content, before + 1);
    // Rules that say the same are told apart by their order.
    const stateId = before === 0 ? content : `${content}-${before}`;
    const builder = new RuleBuilder(rule, index, stateId, cell, binding, base, runtime);
    const runner = builder.build();
    group.runners.push(runner);
    cell.runners.push(runner);
    cellOf.set(runner, cell);
    const built = builtOf.get(group) ?? { group, rule, where, rules: new Map() };
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
    if (runner instanceof EventRule) {
      built.rules.set(runner, { rule, runner, uses: builder.uses, scope: builder.scope });
    }
    return runner;
  });
  const groups = [...builtOf.keys()];
  for (const group of groups) group.seal();
  const code = generate ? generateCode([...builtOf.values()], plan, base, eventScope(base), runtime.context) : [];
  const derived = new Set(plan.rules.flatMap((rule) => rule.branches.flatMap((branch) => branch.into ?? [])));
  return { groups, cells: groups.flatMap(({ cells }) => cells), runners, cellOf, derived, code };
}

/** Which keys of a rule are a shard's own. */
function ownedKeys({ index, count, owners }: RuleShare, rule: number): GroupSpec["owns"] {
  const owner = owners[rule]!;
  if (owner === null) return keyShare(index, count);
  return owner === index ? null : "none";
}
