import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { isDark } from "../state/theme.ts";
import type { SweepPoint } from "../engine/sweep.ts";
import { StoppedError } from "../state/engine-client.ts";
import { type SweepPlace, sweepPlaces, sweepTexts } from "../state/sweep-places.ts";
import { askTools, endTools } from "../state/tools.ts";
import { active, activeRun, editRules, hosting, notice, sweepProgress } from "../state/workbench.ts";
import { barChart } from "./bar-chart.ts";
import { count } from "./format.ts";

interface Swept {
  readonly place: SweepPlace;
  readonly rule: string;
  /** The rules that were swept. */
  readonly text: string;
  readonly values: readonly string[];
  readonly points: readonly SweepPoint[];
}

/** How many alerts a rule gives for other values of one of its constants. */
export function SweepPanel(): JSX.Element {
  const version = active.value;
  const text = version.text.value;
  const places =
    activeRun.value.status === "bad-rules" ? [] : sweepPlaces(text).filter(({ rules }) => rules.length > 0);
  const [chosen, setChosen] = useState(0);
  const [rule, setRule] = useState<string | null>(null);
  const [swept, setSwept] = useState<Swept | null>(null);
  const place = places[Math.min(chosen, places.length - 1)];
  if (place === undefined) return <p class="muted pad">These rules hold no number or duration to sweep.</p>;
  const rules = place.rules;
  const target = rule !== null && rules.includes(rule) ? rule : rules[0]!;
  const progress = sweepProgress.value;

  const run = async (): Promise<void> => {
    const values = sweepTexts(place);
    sweepProgress.value = 0;
    try {
      const texts = values.map((value) => text.slice(0, place.start) + value + text.slice(place.end));
      const points = await askTools("sweep", { texts, rule: target, hosting: hosting.value });
      if (points !== null) setSwept({ place, rule: target, text, values, points });
    } catch (error) {
      if (!(error instanceof StoppedError)) {
        notice.value = { kind: "error", text: error instanceof Error ? error.message : String(error) };
      }
    } finally {
      sweepProgress.value = null;
    }
  };

  return (
    <article class="match" data-testid="sweep">
      <div class="form-row">
        <label class="field">
          Constant
          <select value={String(chosen)} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
            {places.map((option, i) => (
              <option key={i} value={String(i)}>
                {option.text} · {option.label}
              </option>
            ))}
          </select>
        </label>
        {rules.length > 1 ? (
          <label class="field">
            Rule
            <select value={target} onChange={(event) => setRule(event.currentTarget.value)}>
              {rules.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        ) : null}
        {progress === null ? (
          <button type="button" class="primary" onClick={() => void run()}>
            Sweep
          </button>
        ) : (
          <>
            <progress max={1} value={progress} aria-label="Sweep" />
            <button type="button" onClick={endTools}>
              Cancel
            </button>
          </>
        )}
      </div>
      {swept === null ? (
        <p class="muted">Runs the rule with other values of the constant, all in one pass over the events.</p>
      ) : (
        <SweepResult swept={swept} canTake={swept.text === text} onTake={(value) => take(swept, value)} />
      )}
    </article>
  );
}

/** Writes a value into the rules. */
function take({ place, text }: Swept, value: string): void {
  editRules(active.value, text.slice(0, place.start) + value + text.slice(place.end));
}

function SweepResult(props: {
  readonly swept: Swept;
  readonly canTake: boolean;
  readonly onTake: (value: string) => void;
}): JSX.Element {
  const { swept, canTake, onTake } = props;
  const host = useRef<HTMLDivElement>(null);
  const dark = isDark.value;
  useEffect(() => {
    if (host.current === null) return;
    const x = swept.values.map((_, i) => i);
    const y = swept.points.map(({ alerts }) => alerts);
    return barChart(host.current, x, y, {
      label: (i) => swept.values[i] ?? "",
      height: 110,
      onChoose: (i) => onTake(swept.values[i]!),
    });
  }, [swept, dark]);
  return (
    <>
      <h3>
        Alerts of {swept.rule} by {swept.place.label}
      </h3>
      <div
        ref={host}
        class="chart"
        role="img"
        aria-label={`Alerts of ${swept.rule} for ${swept.values.length} values; the table holds the same`}
      />
      <table class="counts">
        <caption class="visually-hidden">Alerts by value</caption>
        <thead>
          <tr>
            <th scope="col">Value</th>
            <th scope="col">Alerts</th>
            <th scope="col">Keys</th>
            <th scope="col">Suppressed</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {swept.values.map((value, i) => {
            const point = swept.points[i]!;
            const isNow = value === swept.place.text;
            return (
              <tr key={value} class={isNow ? "now" : ""}>
                <th scope="row">{value}</th>
                <td>{count(point.alerts)}</td>
                <td>{count(point.keys)}</td>
                <td>{count(point.suppressed)}</td>
                <td>
                  {isNow ? (
                    <span class="muted">now</span>
                  ) : (
                    <button
                      type="button"
                      class="quiet"
                      disabled={!canTake}
                      aria-label={`Use ${value}`}
                      onClick={() => onTake(value)}
                    >
                      Use
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {canTake ? null : <p class="muted small">The rules were changed since: sweep again to take a value.</p>}
    </>
  );
}
