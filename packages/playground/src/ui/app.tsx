import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { dialog } from "../state/dialogs.ts";
import { announcement, notice } from "../state/workbench.ts";
import { Timeline } from "../timeline/timeline.tsx";
import { DropHint } from "./file-drop.tsx";
import { Header } from "./header.tsx";
import { Icon } from "./icon.tsx";
import { lazy } from "./lazy.tsx";
import { InspectPane } from "./inspect-pane.tsx";
import { ResultsPane } from "./results-pane.tsx";
import { RulesPane } from "./rules-pane.tsx";
import { sizes, Splitter } from "./splitter.tsx";
import { TransportBar } from "./transport-bar.tsx";

type NarrowPane = "rules" | "inspect" | "time" | "results";
const narrowPane = signal<NarrowPane>("rules");
const narrowPanes: readonly (readonly [NarrowPane, string])[] = [
  ["rules", "Rules"],
  ["time", "Timeline"],
  ["results", "Results"],
  ["inspect", "Inspect"],
];

const HelpDialog = lazy(() => import("./help-dialog.tsx").then((module) => module.HelpDialog));
const ShareDialog = lazy(() => import("./share-dialog.tsx").then((module) => module.ShareDialog));
const ReceivedDialog = lazy(() => import("./received-dialog.tsx").then((module) => module.ReceivedDialog));
const BreakpointsDialog = lazy(() => import("./breakpoints-dialog.tsx").then((module) => module.BreakpointsDialog));
const HistoryDialog = lazy(() => import("./history-dialog.tsx").then((module) => module.HistoryDialog));
const ImportDialog = lazy(() => import("./import-dialog.tsx").then((module) => module.ImportDialog));

/** The workbench. */
export function App(): JSX.Element {
  const { rules, top } = sizes.value;
  return (
    <>
      <Header />
      <Notice />
      <nav class="narrow-tabs" aria-label="Panes">
        {narrowPanes.map(([id, title]) => (
          <button
            key={id}
            type="button"
            aria-pressed={narrowPane.value === id}
            onClick={() => {
              narrowPane.value = id;
            }}
          >
            {title}
          </button>
        ))}
      </nav>
      <main class="workbench" data-pane={narrowPane.value} style={{ "--top": `${top}%` }}>
        <div class="upper" style={{ "--rules": `${rules}%` }}>
          <RulesPane />
          <Splitter of="rules" orientation="vertical" label="Width of the rules" />
          <InspectPane />
        </div>
        <Splitter of="top" orientation="horizontal" label="Height of the rules" />
        <section class="pane time" aria-label="Time">
          <TransportBar />
          <div class="timeline-scroll">
            <Timeline />
          </div>
        </section>
        <ResultsPane />
      </main>
      <p class="visually-hidden" role="status" aria-live="polite" data-testid="live">
        {announcement.value}
      </p>
      <DropHint />
      {dialog.value === "import" ? <ImportDialog /> : null}
      {dialog.value === "breakpoints" ? <BreakpointsDialog /> : null}
      {dialog.value === "history" ? <HistoryDialog /> : null}
      {dialog.value === "share" ? <ShareDialog /> : null}
      {dialog.value === "received" ? <ReceivedDialog /> : null}
      {dialog.value === "help" ? <HelpDialog /> : null}
    </>
  );
}

function Notice(): JSX.Element | null {
  const shown = notice.value;
  if (shown === null) return null;
  return (
    <div class={`notice ${shown.kind}`} role={shown.kind === "error" ? "alert" : "status"}>
      <span>{shown.text}</span>
      <button
        type="button"
        class="icon quiet"
        aria-label="Close this message"
        onClick={() => {
          notice.value = null;
        }}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
