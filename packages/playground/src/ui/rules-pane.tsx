import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { EditorHandle } from "../editor/editor-handle.ts";
import {
  active,
  activeName,
  activeRun,
  editRules,
  pinVersion,
  runVersion,
  unpin,
  versionB,
} from "../state/workbench.ts";
import { count } from "./format.ts";
import { Icon } from "./icon.tsx";
import { ProblemList } from "./problem-list.tsx";
import { currentEditor, loadEditor } from "../editor/load-editor.ts";

/** The rules as text, in one version or two. */
export function RulesPane(): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<EditorHandle | null>(null);
  const version = active.value;
  const text = version.text.value;

  useEffect(() => {
    let isCurrent = true;
    void loadEditor().then(
      (start) => {
        if (!isCurrent || host.current === null) return null;
        const area = host.current.querySelector("textarea");
        const writesAt = area === document.activeElement ? (area?.selectionStart ?? null) : null;
        const made = start(host.current, active.peek().text.peek(), (next) => editRules(active.peek(), next));
        // Whoever is writing goes on writing.
        if (writesAt !== null) made.reveal(writesAt);
        currentEditor.value = made;
        return setEditor(made);
      },
      // The text area stays: rules can be written without the editor.
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, []);

  useEffect(() => editor?.setText(text), [editor, text]);

  return (
    <section class="pane rules" aria-label="Rules">
      <div class="pane-head">
        <div class="tabs" role="tablist" aria-label="Version of the rules">
          <VersionTab name="A" />
          {versionB.value === null ? null : <VersionTab name="B" />}
        </div>
        {versionB.value === null ? (
          <button
            type="button"
            class="quiet"
            onClick={() => pinVersion()}
            title="Keep these rules as A, and compare with what you change"
          >
            Compare with a copy
          </button>
        ) : (
          <button type="button" class="quiet icon-text" onClick={unpin} title="Keep the version that is shown">
            <Icon name="close" /> Stop comparing
          </button>
        )}
        {editor === null ? null : (
          <button type="button" class="quiet" onClick={() => editor.format()} title="Format the rules (Shift+Alt+F)">
            Format
          </button>
        )}
        <span class="spacer" />
        <RunStatus />
      </div>
      <div class="editor" ref={host}>
        {editor === null ? (
          <textarea
            id="rules-text"
            aria-label={`Rules, version ${version.name}`}
            spellcheck={false}
            value={text}
            onInput={(event) => editRules(version, event.currentTarget.value)}
          />
        ) : null}
      </div>
      <ProblemList onGo={(offset) => goTo(editor, offset)} />
    </section>
  );
}

function goTo(editor: EditorHandle | null, offset: number): void {
  if (editor !== null) {
    editor.reveal(offset);
    return;
  }
  const area = document.querySelector<HTMLTextAreaElement>("#rules-text");
  area?.focus();
  area?.setSelectionRange(offset, offset);
}

function VersionTab({ name }: { readonly name: "A" | "B" }): JSX.Element {
  const isActive = active.value.name === name;
  const isAlone = versionB.value === null;
  return (
    <button
      type="button"
      role="tab"
      class="tab"
      aria-selected={isActive}
      onClick={() => {
        activeName.value = name;
      }}
    >
      {isAlone ? "Rules" : name === "A" ? "A · before" : "B · now"}
    </button>
  );
}

function RunStatus(): JSX.Element {
  const { status, facts, ms, problem } = activeRun.value;
  const version = active.value;
  if (status === "running" && facts !== null) {
    const share = facts.events === 0 ? 0 : facts.position / facts.events;
    return (
      <span class="run-status">
        <span class="muted">{count(facts.alerts)} alerts so far</span>
        <progress max={1} value={share} aria-label="Run" />
        <button type="button" class="quiet" onClick={() => void version.cancel()}>
          Cancel
        </button>
      </span>
    );
  }
  if (status === "stopped" || status === "failed") {
    return (
      <span class="run-status bad" role="alert" title={problem ?? ""}>
        {status === "stopped" ? "Stopped" : "Failed"}
        <button type="button" class="quiet" onClick={() => void runVersion(version)}>
          Run
        </button>
      </span>
    );
  }
  if (status === "bad-rules") return <span class="run-status bad">Not run: see the problems</span>;
  return (
    <span class="run-status muted" data-testid="run-status">
      {ms === null || facts === null ? null : (
        <>
          {count(facts.alerts)} {facts.alerts === 1 ? "alert" : "alerts"}
          <span class="took"> · {ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`}</span>
        </>
      )}
    </span>
  );
}
