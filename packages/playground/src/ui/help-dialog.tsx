import type { JSX } from "preact";
import { Dialog } from "./dialog.tsx";

const everywhere: readonly (readonly [string, string])[] = [
  ["Ctrl+Enter", "run"],
  ["Ctrl+S", "share a link"],
  ["Ctrl+O", "open a file"],
  ["Ctrl+M", "in the editor: let Tab leave it (Ctrl+Shift+M on a Mac)"],
  ["Shift+Alt+F", "in the editor: format; Ctrl+. cures a problem"],
  ["F8, Shift+F8", "in the editor: next, previous problem"],
  ["F9", "breakpoint on the rule of the selected alert; Shift+F9: all breakpoints, with keys and conditions"],
];

const inTimeline: readonly (readonly [string, string])[] = [
  ["Space", "play, pause"],
  ["→ ←", "step forward, back"],
  [". ,", "next, previous alert"],
  ["W S A D", "zoom in, out, pan left, right"],
  ["0", "show the whole recording"],
  ["F", "show the selection"],
  ["L", "loop"],
  ["N", "near misses of a rule"],
  ["[ ]", "slower, faster"],
];

export function HelpDialog(): JSX.Element {
  return (
    <Dialog title="Weir playground">
      <p>
        Rules on the left run over recorded events, in this page, with the engine that runs in production. Nothing is
        uploaded: the page may speak to its own site only, and says how many bytes it sent.
      </p>
      <h3>Keys</h3>
      <KeyList keys={everywhere} />
      <h3>In the timeline</h3>
      <KeyList keys={inTimeline} />
      <h3>On the lanes</h3>
      <p class="muted">
        Alerts have the shape of their severity: circle INFO, downward triangle LOW, square MEDIUM, upward triangle
        HIGH, diamond CRITICAL; hollow: resolved. A tinted box is the window of an alert, a line from it its episode, a
        small circle a near miss. Of a sequence a hill tells how many partial matches there were, and blue bars are
        those at the playhead, on to their deadlines.
      </p>
    </Dialog>
  );
}

function KeyList({ keys }: { readonly keys: typeof everywhere }): JSX.Element {
  return (
    <dl class="keys">
      {keys.map(([key, what]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}
