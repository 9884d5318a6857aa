import { effect } from "@preact/signals";
import { sampleStreams } from "@weir/dsl";
import { editor, Emitter, KeyCode, KeyMod, languages, MarkerSeverity } from "monaco-editor/editor";
// oxlint-disable-next-line import/default -- the build makes a class of it
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker";
import { isDark } from "../state/theme.ts";
import { active, activeRun, dataset, runVersion } from "../state/workbench.ts";
import type { StartEditor } from "./editor-handle.ts";
import { LanguageClient } from "./language-client.ts";
import { loadFeatures } from "./monaco-features.ts";
import { fileName, languageId, rangeOf, registerProviders } from "./monaco-providers.ts";
import { defineThemes } from "./monaco-theme.ts";
import { alertLens } from "./alert-lens.ts";

const diagnoseDelayMs = 150;

/** Loads the editor; what it answers puts one into an element. */
export async function loadMonaco(): Promise<StartEditor> {
  Object.assign(globalThis, { MonacoEnvironment: { getWorker: () => new EditorWorker() } });
  await loadFeatures();
  const client = new LanguageClient();
  registerProviders(client);
  defineThemes();
  effect(() => editor.setTheme(isDark.value ? "weir-dark" : "weir-light"));
  effect(() => {
    const sampled = dataset.value?.facts?.sampled ?? [];
    void client.ask("setSamples", sampleStreams(sampled));
  });
  registerLens(client);
  return (host, text, onEdit) => {
    const model = editor.createModel(text, languageId);
    const made = editor.create(host, {
      model,
      ariaLabel: "Rules. Press Control M to let Tab leave the editor.",
      automaticLayout: true,
      editContext: false,
      fixedOverflowWidgets: true,
      fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
      fontSize: 13,
      inlayHints: { fontSize: 11.5, padding: true },
      lineHeight: 19,
      lineNumbersMinChars: 3,
      minimap: { enabled: false },
      padding: { top: 6, bottom: 6 },
      renderLineHighlight: "line",
      scrollBeyondLastLine: false,
      "semanticHighlighting.enabled": true,
      tabSize: 2,
      wordBasedSuggestions: "off",
      wordWrap: "on",
      occurrencesHighlight: "singleFile",
    });
    made.addCommand(KeyMod.CtrlCmd | KeyCode.Enter, () => void runVersion(active.peek()));
    const format = (): void => void made.getAction("editor.action.formatDocument")?.run();
    // The usual keys on Linux open the tools of the browser.
    made.addCommand(KeyMod.Shift | KeyMod.Alt | KeyCode.KeyF, format);
    diagnose(model, client);
    model.onDidChangeContent(() => onEdit(model.getValue()));
    return {
      setText: (next) => {
        if (model.getValue() === next) return;
        // As an edit, so that it can be undone.
        model.pushEditOperations([], [{ range: model.getFullModelRange(), text: next }], () => null);
      },
      reveal: (offset) => {
        const position = model.getPositionAt(offset);
        made.setPosition(position);
        made.revealPositionInCenterIfOutsideViewport(position);
        made.focus();
      },
      focus: () => made.focus(),
      format,
    };
  };
}

/** Marks what is wrong with the text, a moment after it changed. */
function diagnose(model: editor.ITextModel, client: LanguageClient): void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const run = async (): Promise<void> => {
    const version = model.getVersionId();
    await client.ask("setText", fileName, model.getValue(), version);
    const found = await client.ask("diagnostics", fileName);
    if (model.getVersionId() !== version) return;
    editor.setModelMarkers(
      model,
      languageId,
      found.map(({ level, message, hint, code, range }) => ({
        ...rangeOf(range),
        code,
        message: hint === undefined ? message : `${message}\n${hint}`,
        severity:
          level === "error" ? MarkerSeverity.Error : level === "warning" ? MarkerSeverity.Warning : MarkerSeverity.Hint,
      })),
    );
  };
  model.onDidChangeContent(() => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void run(), diagnoseDelayMs);
  });
  void run();
}

/** Above each rule: how many alerts it gave. */
function registerLens(client: LanguageClient): void {
  const changed = new Emitter<languages.CodeLensProvider>();
  const provider: languages.CodeLensProvider = {
    onDidChange: changed.event,
    provideCodeLenses: async (model) => {
      await client.ask("setText", fileName, model.getValue(), model.getVersionId());
      const rules = await client.ask("rules", fileName);
      const { facts } = activeRun.peek();
      const lenses = rules.flatMap((rule) => {
        const title = facts === null ? null : alertLens(facts, rule.name);
        return title === null ? [] : [{ range: rangeOf(rule.nameRange), command: { id: "", title } }];
      });
      return { lenses, dispose: () => {} };
    },
  };
  languages.registerCodeLensProvider(languageId, provider);
  effect(() => {
    if (activeRun.value.status === "done") changed.fire(provider);
  });
}
