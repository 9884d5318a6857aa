import {
  CodeActionKind,
  type Connection,
  ErrorCodes,
  ResponseError,
  type TextDocuments,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { toCaret, toDiagnostic, toEdit, toRange } from "./convert.ts";
import { canonicalUri, type RuleFolders } from "./rule-folders.ts";

/** Answers with changes of texts: renames, cures, formatting. */
export function handleEditing(
  connection: Connection,
  folders: RuleFolders,
  documents: TextDocuments<TextDocument>,
): void {
  connection.onPrepareRename(async ({ textDocument, position }) => {
    const { folder, file } = await folderOf(textDocument.uri);
    const target = folder.service.renameTarget(file, toCaret(position));
    if (!target.ok) throw new ResponseError(ErrorCodes.InvalidRequest, target.reason);
    return { range: toRange(target.range), placeholder: target.name };
  });
  connection.onRenameRequest(async ({ textDocument, position, newName }): Promise<WorkspaceEdit> => {
    const { folder, file } = await folderOf(textDocument.uri);
    const renamed = folder.service.rename(file, toCaret(position), newName);
    if (!renamed.ok) throw new ResponseError(ErrorCodes.InvalidRequest, renamed.reason);
    return { changes: Object.fromEntries(renamed.files.map((one) => [asOpened(one.file), one.edits.map(toEdit)])) };
  });
  connection.onCodeAction(async ({ textDocument, range }) => {
    const { folder, file } = await folderOf(textDocument.uri);
    const actions = folder.service.codeActions(file, toCaret(range.start), toCaret(range.end));
    return actions.map(({ title, preferred, diagnostic, edits }) => ({
      title,
      kind: CodeActionKind.QuickFix,
      isPreferred: preferred,
      diagnostics: [toDiagnostic(diagnostic)],
      edit: { changes: { [textDocument.uri]: edits.map(toEdit) } },
    }));
  });
  connection.onDocumentFormatting(async ({ textDocument }) => {
    const { folder, file } = await folderOf(textDocument.uri);
    return folder.service.format(file).map(toEdit);
  });
  connection.onDocumentRangeFormatting(async ({ textDocument, range }) => {
    const { folder, file } = await folderOf(textDocument.uri);
    return folder.service.formatRange(file, toCaret(range.start), toCaret(range.end)).map(toEdit);
  });

  async function folderOf(
    uri: string,
  ): Promise<{ readonly folder: ReturnType<RuleFolders["of"]>; readonly file: string }> {
    const file = canonicalUri(uri);
    const folder = folders.of(file);
    await folder.load();
    return { folder, file };
  }

  /** A file by the URI under which the client opened it. */
  function asOpened(file: string): string {
    return documents.all().find(({ uri }) => canonicalUri(uri) === file)?.uri ?? file;
  }
}
