import type { JSX } from "preact";
import { forgetTest, type SavedTest, savedTests, takingAway } from "../state/saved-tests.ts";
import { active, editRules, notice } from "../state/workbench.ts";
import { saveFile } from "./save-file.ts";

/** Tests that were found, to be taken away. */
export function TestsPanel(): JSX.Element {
  const tests = savedTests.value;
  return (
    <div class="tests" data-testid="tests">
      {takingAway.value === null ? null : (
        <p class="working" role="status">
          {takingAway.value} … <progress />
        </p>
      )}
      {tests.length === 0 && takingAway.value === null ? (
        <p class="empty">Choose an alert, then “Export smallest test” or “Find counterexamples”.</p>
      ) : null}
      {tests.map((test) => (
        <TestCard key={test.id} test={test} />
      ))}
    </div>
  );
}

function TestCard({ test }: { readonly test: SavedTest }): JSX.Element {
  const fileName = test.title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return (
    <article class="test-card">
      <header>
        <h3>{test.title}</h3>
        <span class={`tag ${test.kind}`}>{test.kind}</span>
        <span class="muted">{test.note}</span>
        <span class="spacer" />
        <button
          type="button"
          onClick={() => editRules(active.value, `${active.value.text.value.trimEnd()}\n\n${test.block}`)}
        >
          Add to the rules
        </button>
        <button type="button" onClick={() => void copy(test.block)}>
          Copy TEST
        </button>
        <button type="button" onClick={() => saveFile(`${fileName}.weir`, `${test.rules.trimEnd()}\n\n${test.block}`)}>
          Save .weir
        </button>
        <button type="button" onClick={() => saveFile(`${fileName}.test.ts`, test.vitest)}>
          Save Vitest file
        </button>
        <button type="button" class="quiet" aria-label={`Forget: ${test.title}`} onClick={() => forgetTest(test.id)}>
          ×
        </button>
      </header>
      {test.passes ? null : (
        <p class="warning">
          As a TEST block it does not tell the same: tests begin at time 0 and go in the order of time. The Vitest file
          does.
        </p>
      )}
      <pre tabIndex={0} aria-label={`TEST block: ${test.title}`}>
        {test.block}
      </pre>
    </article>
  );
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notice.value = { kind: "info", text: "Copied." };
  } catch {
    notice.value = { kind: "error", text: "The browser did not allow copying: select the text instead." };
  }
}
