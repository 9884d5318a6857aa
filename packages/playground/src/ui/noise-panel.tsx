import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Noise, RuleNoise } from "../engine/noise.ts";
import { isDark } from "../state/theme.ts";
import { active, activeRun, dataset } from "../state/workbench.ts";
import { barChart } from "./bar-chart.ts";
import { count } from "./format.ts";

/** How loud the rules are: alerts a day, keys, bursts; and how right, where a field of the events says so. */
export function NoisePanel(): JSX.Element {
  const fields = dataset.value?.facts?.fields.map(({ name }) => name) ?? [];
  const [label, setLabel] = useState<string | null>(
    fields.find((name) => /^(is_)?(label|fraud|attack)/i.test(name)) ?? null,
  );
  const [noise, setNoise] = useState<Noise | null>(null);
  const { client } = active.value;
  const { revision, status } = activeRun.value;
  useEffect(() => {
    if (status !== "done") return;
    let isCurrent = true;
    void client.call("noise", { label, zone: 0 }).then(
      (found) => isCurrent && setNoise(found),
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, [client, revision, status, label]);
  if (noise === null) return <p class="muted pad">There is no finished run.</p>;
  const hasQuality = noise.rules.some(({ quality }) => quality !== null);
  return (
    <article class="match" data-testid="noise">
      <h3>Alerts a day</h3>
      <PerDay noise={noise} />
      <label class="field">
        Label field
        <select
          value={label ?? ""}
          onChange={(event) => setLabel(event.currentTarget.value === "" ? null : event.currentTarget.value)}
        >
          <option value="">none</option>
          {fields.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <div class="wide">
        <table class="counts">
          <caption class="visually-hidden">How loud each rule is</caption>
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Alerts</th>
              <th scope="col">a day</th>
              <th scope="col">p95</th>
              <th scope="col">Keys</th>
              <th scope="col">Top key</th>
              <th scope="col">Bursts</th>
              <th scope="col">Suppressed</th>
              {hasQuality ? <th scope="col">Precision</th> : null}
              {hasQuality ? <th scope="col">Recall</th> : null}
            </tr>
          </thead>
          <tbody>
            {noise.rules.map((rule) => (
              <NoiseRow key={rule.rule} rule={rule} hasQuality={hasQuality} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="muted small">
        A burst is 5 alerts of a rule within 10 minutes.
        {hasQuality
          ? " An alert is right if an event with its key, within its window, carries the label. Labelled events of a key less than an hour apart are one incident; recall is the share of incidents found, of the label that the rule finds most."
          : ""}
      </p>
    </article>
  );
}

function NoiseRow({ rule, hasQuality }: { readonly rule: RuleNoise; readonly hasQuality: boolean }): JSX.Element {
  const top = rule.topKeys[0];
  const share = top === undefined || rule.alerts === 0 ? null : top.alerts / rule.alerts;
  const { quality } = rule;
  return (
    <tr>
      <th scope="row">{rule.rule}</th>
      <td>{count(rule.alerts)}</td>
      <td>{rule.perDayMean.toFixed(rule.perDayMean < 10 ? 1 : 0)}</td>
      <td>{count(rule.perDayP95)}</td>
      <td>{count(rule.keys)}</td>
      <td title={rule.topKeys.map(({ key, alerts }) => `${key}: ${alerts}`).join("\n")}>
        {share === null ? "–" : `${Math.round(100 * share)} % ${top!.key}`}
      </td>
      <td>{count(rule.bursts)}</td>
      <td>{count(rule.suppressed)}</td>
      {hasQuality ? (
        <td title={quality?.label ?? ""}>{quality === null ? "–" : `${(100 * quality.precision).toFixed(0)} %`}</td>
      ) : null}
      {hasQuality ? (
        <td title={quality === null ? "" : `${quality.found} of ${quality.incidents} incidents of “${quality.label}”`}>
          {quality === null ? "–" : `${(100 * quality.recall).toFixed(0)} %`}
        </td>
      ) : null}
    </tr>
  );
}

function PerDay({ noise }: { readonly noise: Noise }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const dark = isDark.value;
  useEffect(() => {
    if (host.current === null) return;
    const days = noise.perDay.map((_, day) => day);
    const label = (day: number): string =>
      Number.isInteger(day) && day >= 0 && day < days.length
        ? new Date(noise.firstDay + day * 86_400_000).toISOString().slice(5, 10)
        : "";
    return barChart(host.current, days, noise.perDay, { label, height: 110 });
  }, [noise, dark]);
  const most = Math.max(...noise.perDay);
  return (
    <div
      ref={host}
      class="chart"
      role="img"
      aria-label={`Alerts on each of ${noise.perDay.length} days, at most ${most}`}
    />
  );
}
