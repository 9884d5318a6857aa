import type { JSX } from "preact";
import type { DataSource } from "../data/load-events.ts";
import { dialog } from "../state/dialogs.ts";
import { canKeepData, forgetData, isKeeping, keepData, keptOf } from "../state/kept-data.ts";
import { samples } from "../state/samples.ts";
import { theme, toggleTheme } from "../state/theme.ts";
import { sentBytes } from "../state/sent-bytes.ts";
import { dataset, loadedBytes, openSample } from "../state/workbench.ts";
import { bytes, count } from "./format.ts";
import { chooseFile } from "./file-drop.tsx";

export function Header(): JSX.Element {
  const open = dataset.value;
  const loading = loadedBytes.value;
  return (
    <header class="top">
      <h1>
        <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
          <path
            d="M2 4c3 0 3 3 7 3s4-3 7-3M2 9c3 0 3 3 7 3s4-3 7-3M9 12v4"
            fill="none"
            stroke="currentColor"
            stroke-width="1.8"
            stroke-linecap="round"
          />
        </svg>
        Weir <span class="muted">playground</span>
      </h1>
      <label class="samples">
        <span class="visually-hidden">Sample</span>
        <select value={open?.sample?.id ?? ""} onChange={(event) => void openSample(event.currentTarget.value)}>
          {open?.sample === null ? <option value="">Your file</option> : null}
          {samples.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={chooseFile} title="Open a file of events (Ctrl+O)">
        Open…
      </button>
      <button type="button" onClick={() => (dialog.value = "share")} title="Share a link (Ctrl+S)">
        Share…
      </button>
      <button
        type="button"
        onClick={() => (dialog.value = "history")}
        title="The last runs, and data kept in this browser"
      >
        History…
      </button>
      <span class="spacer" />
      <span class="dataset" data-testid="dataset">
        {open === null ? null : (
          <>
            <span class="name">{open.source.name}</span>
            {open.facts === null ? (
              <span class="muted">
                {loading === null ? "" : `reading ${bytes(loading)} of ${bytes(open.source.blob.size)}`}
              </span>
            ) : (
              <span class="muted">
                {count(open.facts.events)} events{open.facts.bad > 0 ? `, ${count(open.facts.bad)} bad lines` : ""}
              </span>
            )}
            {open.facts === null || open.facts.events === 0 || open.sample !== null || !canKeepData() ? null : (
              <KeepButton source={open.source} />
            )}
          </>
        )}
      </span>
      <span
        class="sent"
        title="Bytes that this page has sent since it was opened. Its content security policy lets it speak to its own site only."
      >
        {bytes(sentBytes.value)} sent
      </span>
      <button type="button" class="quiet" onClick={toggleTheme} title={`Theme: ${theme.value}`}>
        <span class="visually-hidden">Theme: </span>
        {theme.value === "auto" ? "Auto" : theme.value === "light" ? "Light" : "Dark"}
      </button>
      <button
        type="button"
        class="quiet"
        onClick={() => (dialog.value = "help")}
        aria-label="Help and keys (?)"
        title="Help and keys (?)"
      >
        ?
      </button>
    </header>
  );
}

/** Keeps the file that is open in this browser, or forgets the copy. */
function KeepButton({ source }: { readonly source: DataSource }): JSX.Element {
  const kept = keptOf(source);
  if (kept !== null) {
    return (
      <button
        type="button"
        class="quiet"
        title="Delete the copy in this browser"
        onClick={() => void forgetData([kept])}
      >
        Forget data
      </button>
    );
  }
  return (
    <button
      type="button"
      class="quiet"
      disabled={isKeeping.value}
      title="Keep a copy in this browser, so that it is there at the next visit"
      onClick={() => void keepData()}
    >
      {isKeeping.value ? "Keeping …" : "Keep"}
    </button>
  );
}
