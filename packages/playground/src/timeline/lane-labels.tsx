import type { JSX } from "preact";
import type { RuleFacts } from "../protocol/calls.ts";
import { breakpoints, breakpointText, toggleBreakpoint } from "../state/transport.ts";
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
        const set = breakpoints.value.filter((at) => at.rule === rule.name);
        const isSet = set.length > 0;
        const isConditional = isSet && set.every(({ key, when }) => key !== "" || when !== null);
        const press = isSet ? `clear: ${set.map(breakpointText).join("; ")}` : "set a breakpoint";
        const alerts = rule.counts.reduce((sum, value) => sum + value, 0);
        return (
          <button
            key={rule.name}
            type="button"
            class={`lane-label breakpoint${isSet ? " set" : ""}${isConditional ? " conditional" : ""}`}
            style={{ top: `${lanes.rules[i]}px`, height: `${ruleLane}px` }}
            aria-pressed={isSet}
            title={`${rule.title ?? rule.name}: ${count(alerts)} alerts. Press to ${press}`}
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
