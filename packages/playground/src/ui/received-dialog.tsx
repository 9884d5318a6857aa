import type { JSX } from "preact";
import { dialog } from "../state/dialogs.ts";
import { received, takeReceived } from "../state/share.ts";
import type { SharedData } from "../share/share-link.ts";
import { Dialog } from "./dialog.tsx";
import { bytes, count } from "./format.ts";

/** What a link holds, before any of it is used. */
export function ReceivedDialog(): JSX.Element | null {
  const work = received.value;
  if (work === null) return null;
  return (
    <Dialog title="A link with rules">
      <p>Someone sent you these rules. They run in this page, over the events below, when you open them.</p>
      <pre class="json" tabIndex={0} aria-label="Rules of the link">
        {work.rules}
      </pre>
      <p>{dataText(work.data)}</p>
      {Object.entries(work.tables).map(([name, rows]) => (
        <p key={name}>
          It holds {count(rows.length)} rows of the table {name}.
        </p>
      ))}
      <div class="actions end">
        <button type="button" onClick={() => (dialog.value = null)}>
          Leave it
        </button>
        <button type="button" class="primary" onClick={() => void takeReceived(work)}>
          Open
        </button>
      </div>
    </Dialog>
  );
}

function dataText(data: SharedData): string {
  switch (data.kind) {
    case "none":
      return "The link holds no events.";
    case "sample":
      return `They were written for the sample “${data.id}”, which comes with this page.`;
    case "events":
      return `The link holds ${count(data.ndjson.split("\n").length)} events of the stream ${data.stream}.`;
    case "file":
      return `They were written for a file that the link does not hold: ${data.name}, ${bytes(data.bytes)}, ${count(data.events)} events with ${data.fields.join(", ")}${data.sha256 === null ? "" : `, SHA-256 ${data.sha256}`}. Open that file to see what they saw.`;
  }
}
