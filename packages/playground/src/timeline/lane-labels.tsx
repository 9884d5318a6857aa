import type { JSX } from "preact";
import type { RuleFacts } from "../protocol/calls.ts";
import { breakpoints, toggleBreakpoint } from "../state/transport.ts";
import { count } from "../ui/format.ts";
import { axisHeight, type LaneLayout, overviewHeight, ruleLane, streamLane } from "./layout.ts";

/** The names of the lanes; that of a rule is a button that sets a breakpoint. */
export function LaneLabels(props: {
  readonly streams: readonly string[];
  readonly rules: readonly RuleFacts[];
  readonly lanes: LaneLayout;
}): JSX.Element {
  const { streams, rules, lanes } = props;
  return (
    <div class="lane-labels" style={{ height: `${lanes.height}px` }}>
      <span class="lane-label muted" style={{ top: 0, height: `${overviewHeight}px` }}>
        whole recording
      </span>
      <span class="lane-label muted" style={{ top: `${overviewHeight + 2}px`, height: `${axisHeight}px` }}>
        event time, UTC
      </span>
      {streams.map((stream, i) => (
        <span key={stream} class="lane-label" style={{ top: `${lanes.streams[i]}px`, height: `${streamLane}px` }}>
          {stream}
        </span>
      ))}
      {rules.map((rule, i) => {
        const isSet = breakpoints.value.some((at) => at.rule === rule.name);
        const alerts = rule.counts.reduce((sum, value) => sum + value, 0);
        return (
          <button
            key={rule.name}
            type="button"
            class={`lane-label breakpoint${isSet ? " set" : ""}`}
            style={{ top: `${lanes.rules[i]}px`, height: `${ruleLane}px` }}
            aria-pressed={isSet}
            title={`${rule.title ?? rule.name}: ${count(alerts)} alerts. Press to ${isSet ? "clear the" : "set a"} breakpoint`}
            onClick={() => void toggleBreakpoint(rule.name)}
          >
            <span class="dot" aria-hidden="true" />
            <span class="name">{rule.name}</span>
            <span class="muted">{count(alerts)}</span>
          </button>
        );
      })}
    </div>
  );
}
