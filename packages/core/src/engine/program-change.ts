import { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { loadCooldown, loadRule, saveCooldown, saveRule } from "./engine-state.ts";
import type { GroupCell } from "./group-cell.ts";
import type { MadeCell, Program } from "./program.ts";
import type { BuiltProgram, FreshCell } from "./program-builder.ts";
import type { RuleRunner } from "./rule-runner.ts";
import type { Timers } from "./timers.ts";

/**
 * Puts a program in the place of the one before: what was taken over goes on as it is, the state of what was made anew is read where the
 * one before keeps it, and what is no more is forgotten.
 */
export function changeProgram(before: Program, { program, fresh }: BuiltProgram, timers: Timers): void {
  const kept = new Set(program.cells);
  const gone = [...before.made.values()].filter(({ cell }) => !kept.has(cell));
  const carried = fresh.flatMap((made) => {
    const old = before.made.get(made.plan.id);
    return old === undefined ? [] : [{ made, old, keys: keysOf(old.cell) }];
  });
  const groups = new Set(program.groups);
  for (const { cell } of gone) {
    if (groups.has(cell.group)) cell.group.leave(cell);
    for (const { position } of cell.runners) position.gone = true;
  }
  timers.dropGone();
  for (const { cell, joins } of fresh) if (joins) cell.group.join(cell);
  for (const [index, { position }] of program.runners.entries()) position.index = index;
  for (const { made, old, keys } of carried) carry(old, made, keys);
}

/** The keys of a cell as bytes, with what says how they are to be read. */
interface StoredKeys {
  readonly layout: readonly string[];
  readonly bytes: Uint8Array;
}

function keysOf({ state }: GroupCell): StoredKeys {
  const out = new ByteWriter();
  state.save(out);
  return { layout: state.layout, bytes: out.bytes() };
}

function carry(old: MadeCell, { plan, cell }: FreshCell, { layout, bytes }: StoredKeys): void {
  const byId = new Map(old.plan.planned.map(({ stateId }, i) => [stateId, old.cell.runners[i]!]));
  for (const [i, { stateId }] of plan.planned.entries()) {
    const from = byId.get(stateId);
    if (from !== undefined) carryRule(from, cell.runners[i]!);
  }
  cell.state.load(cell.state.sectionsOf(layout), new ByteReader(bytes));
}

function carryRule(from: RuleRunner, to: RuleRunner): void {
  const rule = new ByteWriter();
  saveRule(from, rule);
  loadRule(to, new ByteReader(rule.bytes()));
  const cooldown = new ByteWriter();
  saveCooldown(from.output.cooldown, cooldown);
  loadCooldown(to.output.cooldown, new ByteReader(cooldown.bytes()));
}
