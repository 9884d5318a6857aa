import type { EventData } from "@weir/core";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { FieldChoice } from "../share/pseudonyms.ts";
import { declaredRows, type MadeLink, makeLink, type ShareOptions } from "../state/share.ts";
import { dataset } from "../state/workbench.ts";
import { Dialog } from "./dialog.tsx";
import { bytes, count } from "./format.ts";

const choices: readonly FieldChoice[] = ["keep", "replace", "leave out"];

/** A link to what is seen, and what it holds. */
export function ShareDialog(): JSX.Element {
  const open = dataset.value;
  const fields = open?.facts?.fields.map(({ name }) => name) ?? [];
  const [withEvents, setWithEvents] = useState(false);
  const [withTables, setWithTables] = useState(false);
  const rows = Object.entries(declaredRows());
  const [chosen, setChosen] = useState<ReadonlyMap<string, FieldChoice>>(new Map());
  const options = useMemo<ShareOptions>(
    () => ({ events: withEvents ? chosen : null, withTables }),
    [withEvents, withTables, chosen],
  );
  const [latest, setLatest] = useState<{ readonly of: ShareOptions; readonly link: MadeLink } | null>(null);
  // A link of other choices is none: it may hold what was just left out.
  const made = latest?.of === options ? latest.link : null;
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    let isCurrent = true;
    setIsCopied(false);
    void makeLink(options).then(
      (link) => isCurrent && setLatest({ of: options, link }),
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, [options]);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(made?.url ?? "");
    setIsCopied(true);
  };
  return (
    <Dialog title="Share a link">
      <p>
        The link holds it all behind its <code>#</code>, which browsers send to no server. Whoever has the link can read
        it:
      </p>
      <ul class="notes">
        <li>the rules and what part of the recording is in view</li>
        {open === null ? null : open.sample !== null && !withEvents ? (
          <li>which sample it is: {open.sample.title}</li>
        ) : withEvents ? (
          <li>the events, with the fields below</li>
        ) : (
          <li>
            of {open.source.name}: name, size, number of events, SHA-256 and the names of its fields (
            {fields.join(", ")}). No event.
          </li>
        )}
      </ul>
      <label class="check">
        <input type="checkbox" checked={withEvents} onChange={(event) => setWithEvents(event.currentTarget.checked)} />
        Put the events into the link
      </label>
      {rows.length === 0 ? null : (
        <label class="check">
          <input
            type="checkbox"
            checked={withTables}
            onChange={(event) => setWithTables(event.currentTarget.checked)}
          />
          Put the rows of the tables into the link, as they are:{" "}
          {rows.map(([name, all]) => `${count(all.length)} of ${name} (${fieldsOf(all)})`).join("; ")}
        </label>
      )}
      {withEvents ? (
        <fieldset class="field-choices">
          <legend>Fields of all {count(open?.facts?.events ?? 0)} events</legend>
          {fields.map((name) => (
            <label key={name} class="field">
              {name}
              <select
                value={chosen.get(name) ?? "keep"}
                onChange={(event) => setChosen(new Map([...chosen, [name, event.currentTarget.value as FieldChoice]]))}
              >
                {choices.map((choice) => (
                  <option key={choice} value={choice}>
                    {choice === "replace" ? "replace by a pseudonym" : choice}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </fieldset>
      ) : null}
      {made?.problem === null || made === null ? null : <p class="warning">{made.problem}</p>}
      <div class="form-row">
        <input
          class="link"
          readOnly
          aria-label="Link"
          value={made?.url ?? ""}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button
          type="button"
          class="primary"
          disabled={made === null || made.problem !== null}
          onClick={() => void copy()}
        >
          {isCopied ? "Copied" : "Copy link"}
        </button>
      </div>
      <p class="muted small">{made === null ? "" : bytes(made.url.length)}</p>
    </Dialog>
  );
}

function fieldsOf(rows: readonly EventData[]): string {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))].join(", ");
}
