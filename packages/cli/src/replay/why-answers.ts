import { conditionText, type Engine, type NearMiss, runText, type WhyNot, whyNotLines } from "@weir/core";
import type { Console } from "../terminal/console.ts";
import { printable } from "../terminal/style.ts";
import { layoutTable } from "../terminal/table.ts";
import { fieldsText, timeText } from "./alert-table.ts";
import { keysMeant, type WhyQuestion } from "./why-question.ts";

const shownMisses = 10;

/** What is said to one `--why`. */
export interface WhyAnswer {
  readonly question: WhyQuestion;
  readonly whyNot: WhyNot;
  /** Where no key was asked for: when the rule came closest to firing. */
  readonly nearMisses: readonly NearMiss[];
}

export function answer(engine: Engine, question: WhyQuestion): WhyAnswer {
  const { rule, key, time } = question;
  const ask = (meant: Readonly<Record<string, unknown>>): WhyNot =>
    engine.whyNot(rule, meant, ...(time === null ? [] : [time]));
  if (key === null) return { question, whyNot: ask({}), nearMisses: engine.nearMisses(rule, shownMisses) };
  const answers = keysMeant(key).map(ask);
  return { question, whyNot: answers.find((whyNot) => whyNot.key !== null) ?? answers[0]!, nearMisses: [] };
}

/** Prints answers behind the summary of a replay. */
export function printAnswer({ question, whyNot, nearMisses }: WhyAnswer, console: Console): void {
  const { out, paintOut } = console;
  const asked = fieldsText(whyNot.key ?? question.key ?? {});
  const whose = asked === "" ? "" : `, ${asked}`;
  const until = Number.isFinite(whyNot.time) ? `, up to ${timeText(whyNot.time)}` : "";
  out.write(`\n${paintOut("bold", `why not ${printable(question.rule)}${printable(whose)}${until}`)}\n`);
  for (const line of whyNotLines(whyNot, { time: timeText })) out.write(`  ${printable(line)}\n`);
  if (!whyNot.complete) out.write(paintOut("dim", "  (of what is remembered: older evaluations were forgotten)\n"));
  if (nearMisses.length > 0) printMisses(nearMisses, console);
}

function printMisses(misses: readonly NearMiss[], { out, paintOut }: Console): void {
  const rows = misses.map((miss) => ({
    cells: [
      timeText(miss.at),
      printable(fieldsText(miss.key)),
      `${Math.min(99, Math.round(miss.closeness * 100))} %`,
      printable(missText(miss)),
    ],
  }));
  const columns = [{ title: "TIME" }, { title: "KEY" }, { title: "NEAR", align: "right" as const }, { title: "WHAT" }];
  const layout = layoutTable(columns, rows, out.columns);
  out.write(`\nnear misses\n${paintOut("dim", layout.header())}`);
  for (const row of rows) out.write(layout.line(row));
}

function missText({ evaluation, run }: NearMiss): string {
  if (run !== null) return runText(run, { time: timeText });
  const condition = evaluation?.condition ?? null;
  return condition === null ? "" : conditionText(condition, { time: timeText });
}
