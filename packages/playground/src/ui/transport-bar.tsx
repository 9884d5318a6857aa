import type { JSX } from "preact";
import { dialog } from "../state/dialogs.ts";
import {
  breakpoints,
  fit,
  isLooping,
  isPlaying,
  pausedBy,
  place,
  seekTime,
  setSpeed,
  speed,
  speeds,
  step,
  toggleLoop,
  togglePlay,
  zoomHere,
} from "../state/transport.ts";
import { activeRun } from "../state/workbench.ts";
import { count, dateTime } from "./format.ts";
import { Icon } from "./icon.tsx";

/** Play, step, speed, and where the playhead is. */
export function TransportBar(): JSX.Element {
  const at = place.value;
  const { facts, status } = activeRun.value;
  const isOff = status !== "done" || facts === null || facts.events === 0;
  return (
    <div class="transport" role="group" aria-label="Transport">
      <div class="buttons">
        <IconButton icon="previous" label="Previous alert (,)" isOff={isOff} onClick={() => step("alert", true)} />
        <IconButton icon="back" label="Step back (←)" isOff={isOff} onClick={() => step("event", true)} />
        <button
          type="button"
          class="icon play"
          disabled={isOff}
          aria-label={isPlaying.value ? "Pause (Space)" : "Play (Space)"}
          title={isPlaying.value ? "Pause (Space)" : "Play (Space)"}
          onClick={() => void togglePlay()}
        >
          <Icon name={isPlaying.value ? "pause" : "play"} />
        </button>
        <IconButton icon="forward" label="Step forward (→)" isOff={isOff} onClick={() => step("event", false)} />
        <IconButton icon="next" label="Next alert (.)" isOff={isOff} onClick={() => step("alert", false)} />
      </div>
      <label>
        <span class="visually-hidden">Speed</span>
        <select
          value={String(speed.value)}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            void setSpeed(chosen === "null" ? null : Number(chosen));
          }}
        >
          {speeds.map((value) => (
            <option key={String(value)} value={String(value)}>
              {value === null ? "max" : `×${count(value)}`}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="toggle" aria-pressed={isLooping.value} onClick={() => void toggleLoop()}>
        Loop
      </button>
      <button
        type="button"
        class="breakpoints-button"
        onClick={() => (dialog.value = "breakpoints")}
        title="Where playing pauses (Shift+F9)"
      >
        <span class={`dot${breakpoints.value.length > 0 ? " set" : ""}`} aria-hidden="true" />
        Breakpoints{breakpoints.value.length > 0 ? ` ${breakpoints.value.length}` : ""}
      </button>
      <span class="where" data-testid="playhead">
        event <b>{count(at?.position ?? 0)}</b>
        <span class="muted"> of {count(facts?.events ?? 0)}</span>
      </span>
      <label class="time-field">
        <span class="visually-hidden">Playhead time, UTC</span>
        <input
          key={at?.time ?? "start"}
          type="text"
          spellcheck={false}
          disabled={isOff}
          defaultValue={at?.time === null || at === null ? "" : dateTime(at.time)}
          placeholder="go to a time, UTC"
          onChange={(event) => {
            const time = Date.parse(`${event.currentTarget.value.trim().replace(" ", "T").replace(/Z$/, "")}Z`);
            if (Number.isFinite(time)) void seekTime(time);
          }}
        />
      </label>
      {at === null ? null : (
        <span class="muted">
          {count(at.alerts)} {at.alerts === 1 ? "alert" : "alerts"} so far
          {at.atEnd ? (
            <span data-testid="playhead-hash" title="Hash of the alerts up to the playhead">
              {" "}
              · {at.hash.slice(0, 12)}
            </span>
          ) : null}
        </span>
      )}
      {pausedBy.value === null ? null : <span class="paused">{pausedBy.value}</span>}
      <span class="spacer" />
      <div class="buttons">
        <IconButton icon="minus" label="Zoom out (S)" isOff={isOff} onClick={() => zoomHere(1.6)} />
        <IconButton icon="plus" label="Zoom in (W)" isOff={isOff} onClick={() => zoomHere(0.6)} />
        <IconButton icon="fit" label="Show all (0)" isOff={isOff} onClick={fit} />
      </div>
    </div>
  );
}

function IconButton(props: {
  readonly icon: Parameters<typeof Icon>[0]["name"];
  readonly label: string;
  readonly isOff: boolean;
  readonly onClick: () => unknown;
}): JSX.Element {
  return (
    <button
      type="button"
      class="icon"
      disabled={props.isOff}
      aria-label={props.label}
      title={props.label}
      onClick={() => void props.onClick()}
    >
      <Icon name={props.icon} />
    </button>
  );
}
