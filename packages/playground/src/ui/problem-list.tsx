import type { JSX } from "preact";
import { activeRun } from "../state/workbench.ts";
import { problems } from "../state/problems.ts";

/** What is wrong with the rules, and where. */
export function ProblemList({ onGo }: { readonly onGo: (offset: number) => void }): JSX.Element {
  const found = problems.value;
  const errors = found.filter(({ level }) => level === "error").length;
  const { problem } = activeRun.value;
  return (
    <div class="problems">
      <p class="problem-count" role="status">
        {found.length === 0
          ? "No problems"
          : `${errors === 1 ? "1 error" : `${errors} errors`}, ${found.length - errors} other`}
        {problem === null ? "" : ` · ${problem}`}
        <span class="tab-hint">Ctrl+M: Tab leaves the editor</span>
      </p>
      {found.length === 0 ? null : (
        <ul>
          {found.slice(0, 50).map((diagnostic, i) => (
            <li key={i}>
              <button type="button" class={`problem ${diagnostic.level}`} onClick={() => onGo(diagnostic.span.start)}>
                <span class="where">
                  {diagnostic.line}:{diagnostic.column}
                </span>
                <span>
                  <b>{diagnostic.level}</b> {diagnostic.message}
                  {diagnostic.hint === undefined ? null : <span class="muted"> — {diagnostic.hint}</span>}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
