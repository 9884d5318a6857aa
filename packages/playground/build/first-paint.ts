import { type Alert, createEngine } from "@weir/core";
import { compile } from "@weir/dsl";
import { firstSample, samples } from "../src/state/samples.ts";

/** What the page shows before any script has run: a sample, and the alerts it gives. */
export function firstPaint(files: ReadonlyMap<string, string>): string {
  const sample = samples.find(({ id }) => id === firstSample);
  const rules = files.get(sample?.rules ?? "");
  const recording = files.get(sample?.recording ?? "");
  if (sample === undefined || rules === undefined || recording === undefined) {
    throw new Error("the first sample is gone");
  }
  const events = recording.split("\n").filter((line) => line !== "");
  const rows = alertsOf(rules, sample.stream, events).map(
    ({ at, severity, rule, key, message }) =>
      `<div class="grid-row"><span class="cell c-at">${new Date(at).toISOString().replace("T", " ").slice(0, 23)}</span>` +
      `<span class="cell c-severity">${severity}</span><span class="cell c-rule">${escape(rule)}</span>` +
      `<span class="cell c-key">${escape(JSON.stringify(key))}</span><span class="cell c-text">${escape(message ?? "")}</span></div>`,
  );
  return `<header class="top"><h1>Weir <span class="muted">playground</span></h1><span class="spacer"></span>
      <span class="dataset"><span class="name">${sample.recording}</span> <span class="muted">${events.length} events</span></span></header>
      <main class="workbench" data-pane="rules">
        <div class="upper"><section class="pane rules" aria-label="Rules"><div class="pane-head"><span class="tab">Rules</span></div>
          <div class="editor"><textarea aria-label="Rules" spellcheck="false">${escape(rules)}</textarea></div></section></div>
        <section class="pane results" aria-label="Results"><div class="pane-head"><span class="tab">Alerts <span class="note">${rows.length}</span></span></div>
          <div class="results-body"><div class="grid-table">${rows.join("\n")}</div></div></section>
        <noscript>The playground needs JavaScript to run rules; what you see is a finished run.</noscript>
      </main>`;
}

function alertsOf(rules: string, stream: string, lines: readonly string[]): readonly Alert[] {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error("the rules of the first sample do not compile");
  const engine = createEngine(compiled.plan);
  const alerts = lines.flatMap((line) => engine.push(stream, JSON.parse(line) as Record<string, unknown>));
  return [...alerts, ...engine.finish()];
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
