import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { MatchPanel } from "./match-panel.tsx";
import { lazy } from "./lazy.tsx";
import { Tabs } from "./tabs.tsx";

export type InspectTab = "match" | "noise" | "sweep";
export const inspectTab = signal<InspectTab>("match");

const tabs = [
  { id: "match", title: "Match" },
  { id: "noise", title: "Noise" },
  { id: "sweep", title: "Sweep" },
] as const;

const NoisePanel = lazy(() => import("./noise-panel.tsx").then((module) => module.NoisePanel));
const SweepPanel = lazy(() => import("./sweep-panel.tsx").then((module) => module.SweepPanel));

/** What is to be said of the selection, and of the rules as a whole. */
export function InspectPane(): JSX.Element {
  const tab = inspectTab.value;
  return (
    <section class="pane inspect" aria-label="Inspect">
      <div class="pane-head">
        <Tabs
          label="Inspect"
          tabs={tabs}
          active={tab}
          onChoose={(next) => {
            inspectTab.value = next;
          }}
        />
      </div>
      <div class="pane-body" role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === "match" ? <MatchPanel /> : tab === "noise" ? <NoisePanel /> : <SweepPanel />}
      </div>
    </section>
  );
}
