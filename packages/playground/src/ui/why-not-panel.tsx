import { signal } from "@preact/signals";
import type { ConditionPart, NearMiss } from "@weir/core";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { keyOf } from "../data/key-query.ts";
import type { WhyNotAnswer } from "../engine/explainer.ts";
import { place, seekTime, setView } from "../state/transport.ts";
import { nearMisses, setAsked } from "../state/near-misses.ts";
import { active, activeRun, selection, view } from "../state/workbench.ts";
import { keyText } from "../engine/alert-store.ts";
import { ConditionTree } from "./condition-tree.tsx";
import { PartialMatches } from "./partial-matches.tsx";
import { dateTime } from "./format.ts";

const askedRule = signal<string | null>(null);
const askedKey = signal("");

/** For a rule and a key: its state at the playhead, why it did not fire, and when it came close. */
export function WhyNotPanel(): JSX.Element {
  const { facts, revision, status } = activeRun.value;
  const { client } = active.value;
  const rules = facts?.rules.map(({ name }) => name) ?? [];
  const rule = askedRule.value !== null && rules.includes(askedRule.value) ? askedRule.value : (rules[0] ?? null);
  const key = askedKey.value;
  const time = place.value?.time ?? facts?.range?.to ?? null;
  const [answer, setAnswer] = useState<WhyNotAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    if (rule === null || time === null || status !== "done") return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void client.call("whyNot", { rule, key: keyOf(key), time }).then(
        (found) => {
          if (isCurrent) setProblem(null);
          return isCurrent && setAnswer(found);
        },
        (error: unknown) => isCurrent && setProblem(error instanceof Error ? error.message : String(error)),
      );
    }, 100);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [client, revision, status, rule, key, time]);

  useEffect(() => {
    if (rule === null || status !== "done") return;
    let isCurrent = true;
    void client.call("nearMisses", { rule }).then(
      (found) => {
        if (isCurrent) setAsked(rule, found);
        return null;
      },
      () => {},
    );
    return () => {
      isCurrent = false;
      setAsked(rule, null);
    };
  }, [client, revision, status, rule]);

  if (rule === null || time === null) return <p class="muted pad">There is no finished run.</p>;
  const last = answer?.why.last ?? null;
  const misses = nearMisses.value.get(rule) ?? [];
  return (
    <article class="match" data-testid="why-not">
      <div class="form-row">
        <label class="field">
          Rule
          <select value={rule} onChange={(event) => (askedRule.value = event.currentTarget.value)}>
            {rules.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label class="field">
          Key (empty: the one that came closest)
          <input
            value={key}
            placeholder="user=u1"
            spellcheck={false}
            onInput={(event) => (askedKey.value = event.currentTarget.value)}
          />
        </label>
        <button type="button" disabled={selection.value === null} onClick={() => void takeSelected()}>
          Of the selection
        </button>
      </div>
      <p class="muted">
        as of {dateTime(time)} UTC{place.value === null ? ", the end" : ", the playhead"}
        {answer === null || answer.why.key === null ? "" : ` · ${keyText(answer.why.key)}`}
      </p>
      {problem === null ? null : <p class="warning">{problem}</p>}
      <ul class="reasons">
        {answer?.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {last === null || last.condition === null ? null : (
        <>
          <h3>State: what it read last, {dateTime(last.at)}</h3>
          <ConditionTree part={last.condition} />
        </>
      )}
      {answer?.why.run === null || answer === null ? null : <RunState run={answer.why.run} />}
      <PartialMatches rule={rule} onChoose={(chosen) => (askedKey.value = keyText(chosen))} />
      <h3>Near misses</h3>
      {misses.length === 0 ? <p class="muted">It never came close without firing.</p> : null}
      <ol class="contributing">
        {misses.map((miss, i) => (
          <li key={i}>
            <button type="button" onClick={() => showMiss(miss)}>
              <span class="number">{Math.round(miss.closeness * 100)} %</span>
              <time>{dateTime(miss.at)}</time>
              <code>
                {keyText(miss.key)} {missText(miss)}
              </code>
            </button>
          </li>
        ))}
      </ol>
    </article>
  );
}

type Run = NonNullable<WhyNotAnswer["why"]["run"]>;

function RunState({ run }: { readonly run: Run }): JSX.Element {
  return (
    <>
      <h3>The run that came furthest, since {dateTime(run.startedAt)}</h3>
      <dl class="facts">
        {Object.entries(run.bound).map(([alias, bound]) => (
          <div key={alias}>
            <dt>{alias}</dt>
            <dd>
              {bound.count} {bound.count === 1 ? "event" : "events"}
            </dd>
          </div>
        ))}
        {run.waitsFor.length === 0 ? null : (
          <div>
            <dt>waits for</dt>
            <dd>{run.waitsFor.join(" or ")}</dd>
          </div>
        )}
      </dl>
    </>
  );
}

function missText({ evaluation, run }: NearMiss): string {
  if (run !== null) return `waited for ${run.waitsFor.join(" or ")}`;
  return evaluation === null || evaluation.condition === null ? "" : failedText(evaluation.condition);
}

/** The first comparison that was not TRUE: `COUNT() = 4, needed > 5`. */
function failedText(part: ConditionPart): string {
  const failed = part.parts.find(({ truth }) => truth !== true);
  if (failed !== undefined) return failedText(failed);
  const { compare } = part;
  if (compare === null) return part.text;
  return `${compare.left.text} = ${JSON.stringify(compare.left.value)}, needed ${compare.cmp} ${JSON.stringify(compare.right.value)}`;
}

function showMiss({ at, key }: NearMiss): void {
  askedKey.value = keyText(key);
  const seen = view.value;
  if (seen !== null && !(at >= seen.from && at < seen.to)) {
    const half = (seen.to - seen.from) / 2;
    setView(at - half, at + half);
  }
  void seekTime(at);
}

/** Takes rule and key of the selected alert, or the key fields of the selected event. */
async function takeSelected(): Promise<void> {
  const chosen = selection.value;
  if (chosen?.kind !== "alert") {
    const found = chosen === null ? null : await active.value.client.call("event", { index: chosen.index });
    if (found !== null) {
      askedKey.value = Object.entries(found.event)
        .filter(([, value]) => typeof value === "string")
        .map(([name, value]) => `${name}=${String(value)}`)
        .join(" ");
      await seekTime(found.time);
    }
    return;
  }
  const detail = await active.value.client.call("alert", { index: chosen.index, isBrief: true });
  if (detail === null) return;
  askedRule.value = detail.alert.rule;
  askedKey.value = keyText(detail.alert.key);
}
