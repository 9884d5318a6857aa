import type { Caret, LanguageService } from "@weir/dsl";
import {
  type CancellationToken,
  type Connection,
  DocumentHighlightKind,
  FoldingRangeKind,
  type Location,
  type Position,
} from "vscode-languageserver/node";
import { toCaret, toCompletion, toPosition, toRange, toSymbol } from "./convert.ts";
import { encodeTokens } from "./encode-tokens.ts";
import { canonicalUri, type RuleFolders } from "./rule-folders.ts";
import type { Client } from "./server.ts";

interface AtPlace {
  readonly textDocument: { readonly uri: string };
  readonly position: Position;
}

/** Answers what a client asks about a text without changing it. */
export function handleReading(connection: Connection, folders: RuleFolders, client: Client): void {
  /** Asks the service of a file, once the files around it are read; `none` where the client no longer wants to know. */
  async function ask<Answer>(
    uri: string,
    token: CancellationToken,
    none: Answer,
    answer: (service: LanguageService, file: string) => Answer,
  ): Promise<Answer> {
    const file = canonicalUri(uri);
    const folder = folders.of(file);
    await folder.load();
    return token.isCancellationRequested ? none : answer(folder.service, file);
  }

  function askAt<Answer>(
    { textDocument, position }: AtPlace,
    token: CancellationToken,
    none: Answer,
    answer: (service: LanguageService, file: string, caret: Caret) => Answer,
  ): Promise<Answer> {
    return ask(textDocument.uri, token, none, (service, file) => answer(service, file, toCaret(position)));
  }

  connection.onCompletion((params, token) =>
    askAt(params, token, null, (service, file, caret) => {
      const { range, items } = service.complete(file, caret);
      return { isIncomplete: false, items: items.map((item) => toCompletion(item, range, client.snippets)) };
    }),
  );
  connection.onHover((params, token) =>
    askAt(params, token, null, (service, file, caret) => {
      const found = service.hover(file, caret);
      if (found === null) return null;
      const value = found.contents.join("\n\n");
      return {
        range: toRange(found.range),
        contents: client.markdown
          ? { kind: "markdown" as const, value }
          : { kind: "plaintext" as const, value: value.replaceAll(/```(?:weir)?\n?/g, "") },
      };
    }),
  );
  connection.onSignatureHelp((params, token) =>
    askAt(params, token, null, (service, file, caret) => {
      const help = service.signatureHelp(file, caret);
      if (help === null) return null;
      const parameters = help.params.map(({ span }) => ({ label: [...span] as [number, number] }));
      const documentation = { kind: "markdown" as const, value: help.doc };
      return {
        signatures: [{ label: help.signature, documentation, parameters }],
        activeSignature: 0,
        activeParameter: help.active,
      };
    }),
  );
  connection.onDefinition((params, token) =>
    askAt(params, token, [] as Location[], (service, file, caret) => service.definition(file, caret).map(toLocation)),
  );
  connection.onReferences((params, token) =>
    askAt(params, token, [] as Location[], (service, file, caret) =>
      service.references(file, caret, { declarations: params.context.includeDeclaration }).map(toLocation),
    ),
  );
  connection.onDocumentHighlight((params, token) =>
    askAt(params, token, null, (service, file, caret) =>
      service.highlights(file, caret).map((range) => ({ range: toRange(range), kind: DocumentHighlightKind.Text })),
    ),
  );
  connection.onDocumentSymbol(({ textDocument }, token) =>
    ask(textDocument.uri, token, null, (service, file) => service.symbols(file).map(toSymbol)),
  );
  connection.onFoldingRanges(({ textDocument }, token) =>
    ask(textDocument.uri, token, null, (service, file) =>
      service.folding(file).map(({ startLine, endLine, kind }) => ({
        startLine: startLine - 1,
        endLine: endLine - 1,
        kind: kind === "comment" ? FoldingRangeKind.Comment : FoldingRangeKind.Region,
      })),
    ),
  );
  connection.languages.inlayHint.on(({ textDocument, range }, token) =>
    ask(textDocument.uri, token, null, (service, file) =>
      service
        .inlayHints(file, { start: toCaret(range.start), end: toCaret(range.end) })
        .map(({ place, text }) => ({ position: toPosition(place), label: text, paddingLeft: true })),
    ),
  );
  connection.onCodeLens(({ textDocument }, token) =>
    ask(textDocument.uri, token, null, (service, file) =>
      service
        .rules(file)
        .flatMap(({ nameRange, reading }) =>
          reading === undefined ? [] : [{ range: toRange(nameRange), command: { title: reading, command: "" } }],
        ),
    ),
  );
  connection.languages.semanticTokens.on(({ textDocument }, token) =>
    ask(textDocument.uri, token, { data: [] as number[] }, (service, file) => ({
      data: encodeTokens(service.semanticTokens(file)),
    })),
  );
  connection.languages.semanticTokens.onRange(({ textDocument, range }, token) =>
    ask(textDocument.uri, token, { data: [] as number[] }, (service, file) => ({
      data: encodeTokens(service.semanticTokens(file, { start: toCaret(range.start), end: toCaret(range.end) })),
    })),
  );
}

function toLocation({
  file,
  range,
}: {
  readonly file: string;
  readonly range: Parameters<typeof toRange>[0];
}): Location {
  return { uri: file, range: toRange(range) };
}
