import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { keyText } from "../engine/alert-store.ts";
import { breakpointProblems, breakpoints, breakpointText, setBreakpoints } from "../state/transport.ts";
import { active, activeRun, selection } from "../state/workbench.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icon.tsx";

/** So many conditions run beside the playhead at most. */
const maxBreakpoints = 20;

/** The breakpoints there are, and a form for another. */
export function BreakpointsDialog(): JSX.Element {
  const all = breakpoints.value;
  return (
    <Dialog title="Breakpoints">
      <p>
        Playing pauses where a rule fires, for a key or for any, or where a condition becomes true in the window of the
        rule: when the count for <code>user=ana</code> reaches 5.
      </p>
      <ul class="breakpoints" aria-label="Breakpoints">
        {all.map((breakpoint, i) => (
          <li key={breakpointText(breakpoint)}>
            <code>{breakpointText(breakpoint)}</code>
            {breakpointProblems.value[i] === null || breakpointProblems.value[i] === undefined ? null : (
              <span class="warning">{breakpointProblems.value[i]}</span>
            )}
            <span class="spacer" />
            <button
              type="button"
              class="icon quiet"
              aria-label={`Remove: ${breakpointText(breakpoint)}`}
              onClick={() => void setBreakpoints(all.toSpliced(i, 1))}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      {all.length === 0 ? <p class="muted">There are none. F9 sets one on the rule of the selected alert.</p> : null}
      {all.length >= maxBreakpoints ? (
        <p class="muted">More than {maxBreakpoints} cannot be set.</p>
      ) : (
        <NewBreakpoint />
      )}
    </Dialog>
  );
}

function NewBreakpoint(): JSX.Element {
  const rules = activeRun.value.facts?.rules.map(({ name }) => name) ?? [];
  const [rule, setRule] = useState(rules[0] ?? "");
  const [key, setKey] = useState("");
  const [when, setWhen] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const condition = useCondition(rule);
  const add = async (): Promise<void> => {
    const added = { rule, key: key.trim(), when: when.trim() === "" ? null : when.trim() };
    const before = breakpoints.value.filter((other) => breakpointText(other) !== breakpointText(added));
    await setBreakpoints([...before, added]);
    const found = breakpointProblems.value.at(-1) ?? null;
    setProblem(found);
    if (found === null) setWhen("");
    else await setBreakpoints(before);
  };
  return (
    <form
      class="form-grid"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <label class="field">
        Rule
        <select value={rule} onChange={(event) => setRule(event.currentTarget.value)}>
          {rules.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label class="field">
        Key (empty: any)
        <input
          value={key}
          placeholder="user=ana"
          spellcheck={false}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
      </label>
      <label class="field wide">
        Condition (empty: where the rule fires)
        <input
          value={when}
          placeholder={condition}
          spellcheck={false}
          autocomplete="off"
          aria-describedby="breakpoint-hint"
          onInput={(event) => setWhen(event.currentTarget.value)}
        />
      </label>
      <p class="muted wide small" id="breakpoint-hint">
        {condition === "" ? (
          "This rule has no condition of its own: any of the language will do."
        ) : (
          <>
            The rule has <code>{condition}</code>.{" "}
            <button type="button" class="link-button" onClick={() => setWhen(condition)}>
              begin from it
            </button>
          </>
        )}
      </p>
      {problem === null ? null : (
        <p class="warning wide" role="alert">
          {problem}
        </p>
      )}
      <div class="actions end wide">
        <button
          type="button"
          disabled={selection.value?.kind !== "alert"}
          onClick={() => void ofSelection(setRule, setKey)}
        >
          Rule and key of the selected alert
        </button>
        <button type="submit" class="primary" disabled={rule === ""}>
          Set
        </button>
      </div>
    </form>
  );
}

/** The condition of a rule as it is written. */
function useCondition(rule: string): string {
  const [found, setFound] = useState<{ readonly rule: string; readonly condition: string } | null>(null);
  if (found?.rule !== rule) {
    setFound({ rule, condition: "" });
    void import("../engine/breakpoint-rules.ts").then(({ conditionOf }) =>
      setFound({ rule, condition: conditionOf(active.value.text.value, rule) }),
    );
  }
  return found?.rule === rule ? found.condition : "";
}

async function ofSelection(setRule: (rule: string) => void, setKey: (key: string) => void): Promise<void> {
  const chosen = selection.value;
  if (chosen?.kind !== "alert") return;
  const detail = await active.value.client.call("alert", { index: chosen.index, isBrief: true });
  if (detail === null) return;
  setRule(detail.alert.rule);
  setKey(keyText(detail.alert.key));
}
