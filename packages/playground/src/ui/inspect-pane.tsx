import type { JSX } from "preact";
import { MatchPanel } from "./match-panel.tsx";
import { lazy } from "./lazy.tsx";
import { type InspectTab, inspectTab } from "./inspect-tab.ts";
import { Tabs } from "./tabs.tsx";

const tabs = [
  { id: "match", title: "Match" },
  { id: "why-not", title: "State, why not" },
  { id: "graph", title: "Graph" },
  { id: "noise", title: "Noise" },
  { id: "sweep", title: "Sweep" },
] as const;

const NoisePanel = lazy(() => import("./noise-panel.tsx").then((module) => module.NoisePanel));
const SweepPanel = lazy(() => import("./sweep-panel.tsx").then((module) => module.SweepPanel));

const WhyNotPanel = lazy(() => import("./why-not-panel.tsx").then((module) => module.WhyNotPanel));
const GraphPanel = lazy(() => import("./graph-panel.tsx").then((module) => module.GraphPanel));

const panels: Readonly<Record<InspectTab, () => JSX.Element>> = {
  match: () => <MatchPanel />,
  "why-not": () => <WhyNotPanel />,
  graph: () => <GraphPanel />,
  noise: () => <NoisePanel />,
  sweep: () => <SweepPanel />,
};

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
        {panels[tab]()}
      </div>
    </section>
  );
}
