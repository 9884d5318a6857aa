import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  MarkupKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { capabilities } from "./capabilities.ts";
import { toDiagnostic } from "./convert.ts";
import { handleEditing } from "./handle-editing.ts";
import { handleReading } from "./handle-reading.ts";
import { canonicalUri, RuleFolders } from "./rule-folders.ts";

/** How long the text must rest before what is wrong with it is said. */
const REST_MS = 150;

/** What a client said of itself. */
export interface Client {
  snippets: boolean;
  markdown: boolean;
}

/** Serves the language service on a connection, until the client ends it. */
export function serve(connection: Connection, version: string): void {
  const documents = new TextDocuments(TextDocument);
  const folders = new RuleFolders();
  const client: Client = { snippets: false, markdown: true };
  let watches = false;
  const timers = new Map<string, NodeJS.Timeout>();

  connection.onInitialize(({ capabilities: its }: InitializeParams) => {
    const formats = its.textDocument?.hover?.contentFormat;
    client.snippets = its.textDocument?.completion?.completionItem?.snippetSupport === true;
    client.markdown = formats === undefined || formats.includes(MarkupKind.Markdown);
    watches = its.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    return { capabilities, serverInfo: { name: "weir", version } };
  });
  connection.onInitialized(async () => {
    if (!watches) return;
    await connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: "**/*.weir" }],
    });
  });

  documents.onDidChangeContent(({ document }) => {
    const uri = canonicalUri(document.uri);
    const folder = folders.of(uri);
    folder.setOpen(uri, document.getText(), document.version);
    publishLater(uri);
  });
  documents.onDidClose(async ({ document }) => {
    const uri = canonicalUri(document.uri);
    await folders.of(uri).close(uri);
    await connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
    publishLater(uri);
    folders.forgetClosed();
  });
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    for (const change of changes) {
      const uri = canonicalUri(change.uri);
      const folder = folders.known(uri);
      if (folder === undefined) continue;
      await folder.reread(uri);
      publishLater(uri);
    }
  });

  /** Says what is wrong with the open files of a folder: each may matter to the others. */
  function publishLater(uri: string): void {
    const folder = folders.known(uri);
    if (folder === undefined) return;
    const key = folder.uri ?? uri;
    clearTimeout(timers.get(key));
    const timer = setTimeout(() => {
      timers.delete(key);
      publish(uri).catch((error: unknown) => connection.console.error(`diagnostics of ${uri}: ${String(error)}`));
    }, REST_MS);
    timers.set(key, timer);
  }

  async function publish(uri: string): Promise<void> {
    const folder = folders.known(uri);
    if (folder === undefined) return;
    await folder.load();
    for (const document of documents.all()) {
      const name = canonicalUri(document.uri);
      if (!folder.openFiles.includes(name)) continue;
      const diagnostics = folder.service.diagnostics(name).map(toDiagnostic);
      await connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
    }
  }

  handleReading(connection, folders, client);
  handleEditing(connection, folders, documents);
  documents.listen(connection);
  connection.listen();
}
