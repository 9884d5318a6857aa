import type { JSX } from "preact";
import { keyText } from "../engine/alert-store.ts";
import { partials } from "../state/partials.ts";
import { count, dateTime } from "./format.ts";

const shown = 20;

/** The runs of a sequence that have begun and not ended at the playhead; nothing of other rules. */
export function PartialMatches(props: {
  readonly rule: string;
  readonly onChoose: (key: Readonly<Record<string, unknown>>) => void;
}): JSX.Element | null {
  const found = partials.value?.rules.find(({ rule }) => rule === props.rule);
  if (found === undefined) return null;
  return (
    <section data-testid="partial-matches">
      <h3>
        Partial matches <span class="muted">{count(found.count)}</span>
      </h3>
      {found.count === 0 ? <p class="muted">None has begun that has not ended.</p> : null}
      <ol class="contributing">
        {found.matches.slice(0, shown).map(({ key, startedAt, until, done, steps, waitsFor }, i) => (
          <li key={i}>
            <button type="button" onClick={() => props.onChoose(key)}>
              <span class="number" title={`${done} of ${steps} steps`}>
                {done}/{steps}
              </span>
              <time>{dateTime(startedAt)}</time>
              <code>
                {keyText(key)} waits for {waitsFor.join(" or ")}
                {until === null ? "" : `, until ${dateTime(until)}`}
              </code>
            </button>
          </li>
        ))}
      </ol>
      {found.count > shown ? <p class="muted">Those that came furthest.</p> : null}
    </section>
  );
}
