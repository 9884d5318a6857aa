import type { JSX } from "preact";
import { dialog } from "../state/dialogs.ts";
import { canKeepData, forgetData, keptData, openKept } from "../state/kept-data.ts";
import { compareWithRun, forgetRuns, type PastRun, pastRuns, reopenRun } from "../state/run-history.ts";
import { notice, openDataset } from "../state/workbench.ts";
import { Dialog } from "./dialog.tsx";
import { bytes, count, dateTime } from "./format.ts";

/** The last runs, to be looked at, reopened and compared with; and what data is kept in this browser. */
export function HistoryDialog(): JSX.Element {
  return (
    <Dialog title="Runs and data">
      <Runs />
      <Kept />
    </Dialog>
  );
}

function Runs(): JSX.Element {
  const runs = pastRuns.value;
  return (
    <section aria-label="Past runs">
      <div class="actions">
        <h3>The last runs</h3>
        <span class="muted">up to 50, in this browser alone; no events are in them</span>
        <span class="spacer" />
        <button type="button" disabled={runs.length === 0} onClick={() => void forgetRuns()}>
          Forget runs
        </button>
      </div>
      {runs.length === 0 ? <p class="muted">None yet: a run is noted when its rules were left alone for 2 s.</p> : null}
      <ol class="past-runs">
        {runs.map((run) => (
          <PastRunItem key={run.id} run={run} />
        ))}
      </ol>
    </section>
  );
}

function PastRunItem({ run }: { readonly run: PastRun }): JSX.Element {
  const { when, data, alerts, byRule, hash, rules } = run;
  const name = `the run of ${dateTime(when).slice(0, 19)}`;
  const leave = (then: () => unknown): void => {
    dialog.value = null;
    then();
  };
  return (
    <li>
      <div class="actions">
        <time>{dateTime(when).slice(0, 19)}</time>
        <b>{alerts === 1 ? "1 alert" : `${count(alerts)} alerts`}</b>
        <code title="hash of the alerts">{hash.slice(0, 12)}</code>
        <span class="spacer" />
        <button type="button" aria-label={`Compare with ${name}`} onClick={() => leave(() => compareWithRun(run))}>
          Compare
        </button>
        <button type="button" aria-label={`Reopen ${name}`} onClick={() => leave(() => void reopenRun(run))}>
          Reopen
        </button>
      </div>
      <p class="muted small">
        {data.name}, {count(data.events)} events, {bytes(data.bytes)}
        {data.sha256 === null ? "" : `, SHA-256 ${data.sha256.slice(0, 12)}…`} ·{" "}
        {byRule.map((rule) => `${rule.rule} ${count(rule.alerts)}`).join(", ")}
      </p>
      <details>
        <summary>Rules</summary>
        <pre class="json" tabIndex={0} aria-label={`Rules of ${name}`}>
          {rules}
        </pre>
      </details>
    </li>
  );
}

function Kept(): JSX.Element | null {
  if (!canKeepData()) return null;
  const kept = keptData.value;
  return (
    <section aria-label="Data kept in this browser">
      <div class="actions">
        <h3>Data kept in this browser</h3>
        <span class="spacer" />
        <button type="button" disabled={kept.length === 0} onClick={() => void forgetData(kept)}>
          Forget data
        </button>
      </div>
      {kept.length === 0 ? (
        <p class="muted">
          None. “Keep” beside the name of a file that you opened copies it into this browser’s own storage.
        </p>
      ) : null}
      <ul class="past-runs">
        {kept.map((data) => (
          <li key={data.id}>
            <div class="actions">
              <b>{data.name}</b>
              <span class="muted">{bytes(data.bytes)}</span>
              <span class="spacer" />
              <button
                type="button"
                aria-label={`Open ${data.name}`}
                onClick={() => {
                  dialog.value = null;
                  void openKept(data).then((source) => {
                    if (source !== null) return openDataset(source, null, null);
                    notice.value = { kind: "error", text: `The browser has thrown its copy of ${data.name} away.` };
                    return null;
                  });
                }}
              >
                Open
              </button>
              <button type="button" aria-label={`Forget ${data.name}`} onClick={() => void forgetData([data])}>
                Forget
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
