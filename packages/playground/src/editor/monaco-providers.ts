import {
  type Caret,
  type CompletionKind,
  type LanguageService,
  type LineState,
  type Range as ServiceRange,
  semanticTokenTypes,
  type TextEdit,
  tokenizeLine,
} from "@weir/dsl";
import { type editor, languages, type IRange, type Position } from "monaco-editor/editor";
import type { LanguageClient } from "./language-client.ts";

export const languageId = "weir";
/** The one file that the language service knows. */
export const fileName = "rules.weir";

const completionKinds: Readonly<Record<CompletionKind, keyof typeof languages.CompletionItemKind>> = {
  keyword: "Keyword",
  stream: "Class",
  field: "Field",
  function: "Function",
  aggregate: "Method",
  param: "Constant",
  let: "Variable",
  table: "Struct",
  alias: "Reference",
  key: "Property",
  rule: "Event",
  sink: "Interface",
  duration: "Unit",
  value: "Value",
  snippet: "Snippet",
};

/** Tells the editor how rules are coloured, completed, explained and formatted; the service answers from its worker. */
export function registerProviders(client: LanguageClient): void {
  languages.register({ id: languageId, extensions: [".weir"] });
  languages.setLanguageConfiguration(languageId, {
    comments: { lineComment: "--", blockComment: ["/*", "*/"] },
    brackets: [
      ["{", "}"],
      ["(", ")"],
      ["[", "]"],
    ],
    autoClosingPairs: ["{}", "()", "[]", '""', "''", "``"].map(([open, close]) => ({ open: open!, close: close! })),
  });
  languages.setTokensProvider(languageId, { getInitialState: () => new State("code"), tokenize });
  registerSemanticTokens(client);
  registerCompletion(client);
  registerHelp(client);
  registerEdits(client);
}

class State implements languages.IState {
  readonly state: LineState;
  constructor(state: LineState) {
    this.state = state;
  }
  clone(): State {
    return this;
  }
  equals(other: languages.IState): boolean {
    return other instanceof State && other.state === this.state;
  }
}

function tokenize(line: string, before: languages.IState): languages.ILineTokens {
  const { tokens, state } = tokenizeLine(line, before instanceof State ? before.state : "code");
  return {
    tokens: tokens.map(({ start, type }) => ({ startIndex: start, scopes: type === "text" ? "" : type })),
    endState: new State(state),
  };
}

function registerSemanticTokens(client: LanguageClient): void {
  languages.registerDocumentRangeSemanticTokensProvider(languageId, {
    getLegend: () => ({ tokenTypes: [...semanticTokenTypes], tokenModifiers: [] }),
    provideDocumentRangeSemanticTokens: async (model, range) => {
      const tokens = await asked(client, model, "semanticTokens", fileName, caretsOf(range));
      const data: number[] = [];
      let line = 1;
      let column = 1;
      for (const { range: at, type } of tokens) {
        if (at.start.line !== at.end.line) continue;
        const sameLine = at.start.line === line;
        data.push(at.start.line - line, at.start.column - (sameLine ? column : 1));
        data.push(at.end.column - at.start.column, semanticTokenTypes.indexOf(type), 0);
        ({ line, column } = at.start);
      }
      return { data: Uint32Array.from(data) };
    },
  });
}

function registerCompletion(client: LanguageClient): void {
  languages.registerCompletionItemProvider(languageId, {
    triggerCharacters: [".", " ", "("],
    provideCompletionItems: async (model, position) => {
      const { range, items } = await asked(client, model, "complete", fileName, caretOf(position));
      return {
        suggestions: items.map((item) => ({
          label: item.label,
          kind: languages.CompletionItemKind[completionKinds[item.kind]],
          insertText: item.insert,
          range: rangeOf(range),
          sortText: item.sort,
          ...(item.detail === undefined ? {} : { detail: item.detail }),
          ...(item.doc === undefined ? {} : { documentation: { value: item.doc } }),
          ...(item.snippet ? { insertTextRules: languages.CompletionItemInsertTextRule.InsertAsSnippet } : {}),
        })),
      };
    },
  });
}

function registerHelp(client: LanguageClient): void {
  languages.registerHoverProvider(languageId, {
    provideHover: async (model, position) => {
      const found = await asked(client, model, "hover", fileName, caretOf(position));
      return found === null
        ? null
        : { range: rangeOf(found.range), contents: found.contents.map((value) => ({ value })) };
    },
  });
  languages.registerSignatureHelpProvider(languageId, {
    signatureHelpTriggerCharacters: ["(", ","],
    provideSignatureHelp: async (model, position) => {
      const found = await asked(client, model, "signatureHelp", fileName, caretOf(position));
      if (found === null) return null;
      const parameters = found.params.map(({ label, span: [start, end] }) => ({
        label: end > start ? ([start, end] as [number, number]) : label,
      }));
      const signature = { label: found.signature, documentation: { value: found.doc }, parameters };
      return {
        value: { signatures: [signature], activeSignature: 0, activeParameter: found.active },
        dispose: () => {},
      };
    },
  });
  languages.registerInlayHintsProvider(languageId, {
    provideInlayHints: async (model, range) => {
      const hints = await asked(client, model, "inlayHints", fileName, caretsOf(range));
      return {
        hints: hints.map(({ text, place: { line, column } }) => ({
          label: text,
          position: { lineNumber: line, column },
          paddingLeft: true,
        })),
        dispose: () => {},
      };
    },
  });
  languages.registerDefinitionProvider(languageId, {
    provideDefinition: async (model, position) =>
      (await asked(client, model, "definition", fileName, caretOf(position))).map(({ range }) => ({
        uri: model.uri,
        range: rangeOf(range),
      })),
  });
  languages.registerDocumentHighlightProvider(languageId, {
    provideDocumentHighlights: async (model, position) =>
      (await asked(client, model, "highlights", fileName, caretOf(position))).map((range) => ({
        range: rangeOf(range),
      })),
  });
  languages.registerFoldingRangeProvider(languageId, {
    provideFoldingRanges: async (model) =>
      (await asked(client, model, "folding", fileName)).map(({ startLine, endLine }) => ({
        start: startLine,
        end: endLine,
      })),
  });
}

function registerEdits(client: LanguageClient): void {
  languages.registerDocumentFormattingEditProvider(languageId, {
    provideDocumentFormattingEdits: async (model) => editsOf(await asked(client, model, "format", fileName)),
  });
  languages.registerRenameProvider(languageId, {
    provideRenameEdits: async (model, position, newName) => {
      const result = await asked(client, model, "rename", fileName, caretOf(position), newName);
      if (!result.ok) return { edits: [], rejectReason: result.reason };
      const edits = result.files.flatMap((file) => editsOf(file.edits));
      return { edits: edits.map((textEdit) => ({ resource: model.uri, textEdit, versionId: undefined })) };
    },
  });
  languages.registerCodeActionProvider(languageId, {
    provideCodeActions: async (model, range, { markers }) => {
      const { start, end } = caretsOf(range);
      const actions = await asked(client, model, "codeActions", fileName, start, end);
      return {
        actions: actions.map(({ title, preferred, edits, diagnostic }) => ({
          title,
          kind: "quickfix",
          isPreferred: preferred,
          diagnostics: markers.filter(({ message }) => message.startsWith(diagnostic.message)),
          edit: {
            edits: editsOf(edits).map((textEdit) => ({ resource: model.uri, textEdit, versionId: undefined })),
          },
        })),
        dispose: () => {},
      };
    },
  });
}

/** Asks about the text as it is now. */
async function asked<Method extends keyof LanguageService>(
  client: LanguageClient,
  model: editor.ITextModel,
  method: Method,
  ...args: Parameters<LanguageService[Method]>
): Promise<ReturnType<LanguageService[Method]>> {
  await client.ask("setText", fileName, model.getValue(), model.getVersionId());
  return client.ask(method, ...args);
}

function caretsOf(range: IRange): { readonly start: Caret; readonly end: Caret } {
  return {
    start: { line: range.startLineNumber, column: range.startColumn },
    end: { line: range.endLineNumber, column: range.endColumn },
  };
}

function caretOf({ lineNumber, column }: Position): { readonly line: number; readonly column: number } {
  return { line: lineNumber, column };
}

export function rangeOf({ start, end }: ServiceRange): IRange {
  return {
    startLineNumber: start.line,
    startColumn: start.column,
    endLineNumber: end.line,
    endColumn: end.column,
  };
}

function editsOf(edits: readonly TextEdit[]): languages.TextEdit[] {
  return edits.map(({ range, text }) => ({ range: rangeOf(range), text }));
}
