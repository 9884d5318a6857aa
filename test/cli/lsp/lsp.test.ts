import { rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
  CodeActionRequest,
  CodeLensRequest,
  CompletionRequest,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentFormattingRequest,
  DocumentRangeFormattingRequest,
  DocumentSymbolRequest,
  ExitNotification,
  FileChangeType,
  FoldingRangeRequest,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  InlayHintRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
  ShutdownRequest,
  SignatureHelpRequest,
} from "vscode-languageserver-protocol/node";
import { type LspClient, startLsp } from "./lsp-client.ts";
import { folderOf } from "../run-weir.ts";

const started: LspClient[] = [];

afterEach(() => {
  for (const { process: child } of started.splice(0)) child.kill();
});

async function start(): Promise<LspClient> {
  const client = startLsp(["--stdio"]);
  started.push(client);
  const { connection } = client;
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    // oxlint-disable-next-line typescript/no-deprecated -- the protocol still asks for it
    rootUri: null,
    capabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } } } },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return client;
}

async function open(client: LspClient, uri: string, text: string): Promise<void> {
  await client.connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: "weir", version: 1, text },
  });
}

const at = (
  uri: string,
  line: number,
  character: number,
): { textDocument: { uri: string }; position: { line: number; character: number } } => ({
  textDocument: { uri },
  position: { line, character },
});

const uri = "untitled:Untitled-1";
const TEXT = `STREAM payments { user: STRING, amount: NUMBER }
PARAM limit = 5
RULE burst FROM payments BY user WITHIN 10s
  WHEN COUNT() > limit EMIT HIGH { total: SUM(amount) }
`;

describe("weir lsp", () => {
  test("shows values and units between the words of the lines that are asked for", async () => {
    const client = await start();
    await open(client, uri, TEXT.replace("10s", "90m"));
    const asked = { start: { line: 2, character: 0 }, end: { line: 4, character: 0 } };
    const hints = await client.connection.sendRequest(InlayHintRequest.type, { textDocument: { uri }, range: asked });
    expect(hints).toEqual([
      { position: { line: 2, character: 43 }, label: "= 1h30m", paddingLeft: true },
      { position: { line: 3, character: 22 }, label: "= 5", paddingLeft: true },
    ]);
  });

  test("says what is wrong with each version, as the text is changed piece by piece", async () => {
    const client = await start();
    await open(client, uri, TEXT);
    expect(await client.diagnostics(uri, 1)).toEqual([]);
    await client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: 2 },
      contentChanges: [
        { range: { start: { line: 3, character: 46 }, end: { line: 3, character: 52 } }, text: "amout" },
        { range: { start: { line: 2, character: 40 }, end: { line: 2, character: 43 } }, text: "10" },
      ],
    });
    const found = await client.diagnostics(uri, 2);
    expect(found.map(({ code, source, severity }) => ({ code, source, severity }))).toEqual([
      { code: "missing-unit", source: "weir", severity: 1 },
      { code: "unknown-field", source: "weir", severity: 1 },
    ]);
    expect(found[1]?.message).toContain("did you mean `amount`?");
    const actions = await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range: found[1]!.range,
      context: { diagnostics: [] },
    });
    expect(actions).toMatchObject([
      { title: "write `amount`", isPreferred: true, edit: { changes: { [uri]: [{ newText: "amount" }] } } },
      { title: "declare `amout` in STREAM payments" },
    ]);
    await client.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
    expect(await client.diagnostics(uri, null)).toEqual([]);
  });

  test("completes, explains and finds names", async () => {
    const client = await start();
    await open(client, uri, TEXT);
    const { connection } = client;
    const completions = await connection.sendRequest(CompletionRequest.type, at(uri, 3, 46));
    const items = Array.isArray(completions) ? completions : (completions?.items ?? []);
    expect(items.find(({ label }) => label === "amount")).toMatchObject({
      detail: "NUMBER · payments",
      textEdit: { range: { start: { line: 3, character: 46 }, end: { line: 3, character: 52 } }, newText: "amount" },
    });
    expect(await connection.sendRequest(HoverRequest.type, at(uri, 2, 6))).toMatchObject({
      contents: {
        kind: "markdown",
        value: expect.stringContaining("Per `user`, of `payments`, fires HIGH once") as string,
      },
      range: { start: { line: 2, character: 5 }, end: { line: 2, character: 10 } },
    });
    expect(await connection.sendRequest(SignatureHelpRequest.type, at(uri, 3, 46))).toMatchObject({
      signatures: [{ label: "SUM(x: NUMBER): NUMBER?" }],
      activeParameter: 0,
    });
    expect(await connection.sendRequest(DefinitionRequest.type, at(uri, 3, 18))).toMatchObject([
      { uri, range: { start: { line: 1, character: 6 } } },
    ]);
    const context = { includeDeclaration: true };
    expect(await connection.sendRequest(ReferencesRequest.type, { ...at(uri, 1, 7), context })).toHaveLength(2);
    expect(await connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } })).toMatchObject([
      { name: "payments", children: [{ name: "user" }, { name: "amount" }] },
      { name: "limit" },
      { name: "burst" },
    ]);
    expect(await connection.sendRequest(FoldingRangeRequest.type, { textDocument: { uri } })).toEqual([
      { startLine: 2, endLine: 3, kind: "region" },
    ]);
    const lenses = await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } });
    expect(lenses?.map(({ command }) => command?.title)).toEqual([
      "Per `user`, of `payments`, fires HIGH once when more than `limit` events arrive within 10 s.",
    ]);
  });

  test("colours names, the whole file and a part of it", async () => {
    const client = await start();
    await open(client, uri, TEXT);
    const full = await client.connection.sendRequest(SemanticTokensRequest.type, { textDocument: { uri } });
    // STREAM, then payments: in the same line, seven behind it.
    expect(full?.data.slice(0, 10)).toEqual([0, 0, 6, 7, 0, 0, 7, 8, 0, 1]);
    expect((full?.data.length ?? 1) % 5).toBe(0);
    const part = await client.connection.sendRequest(SemanticTokensRangeRequest.type, {
      textDocument: { uri },
      range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } },
    });
    expect(part?.data).toEqual([1, 0, 5, 7, 0, 0, 6, 5, 4, 1]);
  });

  test("renames, or says why it cannot", async () => {
    const client = await start();
    await open(client, uri, TEXT);
    const { connection } = client;
    expect(await connection.sendRequest(PrepareRenameRequest.type, at(uri, 1, 8))).toMatchObject({
      placeholder: "limit",
    });
    const edit = await connection.sendRequest(RenameRequest.type, { ...at(uri, 1, 8), newName: "most events" });
    expect(edit?.changes?.[uri]?.map(({ newText }) => newText)).toEqual(["`most events`", "`most events`"]);
    await expect(connection.sendRequest(RenameRequest.type, { ...at(uri, 0, 20), newName: "amount" })).rejects.toThrow(
      "there is a field `amount` already",
    );
    await expect(connection.sendRequest(PrepareRenameRequest.type, at(uri, 2, 2))).rejects.toThrow("only names");
  });

  test("formats a file and a part of it", async () => {
    const client = await start();
    await open(client, uri, "from  a   emit low\nfrom  b   emit low\n");
    const options = { tabSize: 2, insertSpaces: true };
    const whole = await client.connection.sendRequest(DocumentFormattingRequest.type, {
      textDocument: { uri },
      options,
    });
    expect(whole).toHaveLength(1);
    const part = await client.connection.sendRequest(DocumentRangeFormattingRequest.type, {
      textDocument: { uri },
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 5 } },
      options,
    });
    expect(part?.[0]?.range.start.line).toBe(1);
  });

  test("knows what the other files of the folder declare", async () => {
    const folder = folderOf({
      "streams.weir": "STREAM payments { user: STRING, amount: NUMBER }\nRULE same FROM payments EMIT LOW\n",
      "rules.weir": "",
    });
    const rules = pathToFileURL(join(folder, "rules.weir")).href;
    const client = await start();
    await open(client, rules, "FROM payments WHERE amout > 3 EMIT LOW\nRULE same FROM payments EMIT LOW");
    const found = await client.diagnostics(rules, 1);
    // A rule of the same name in another file is no error here: they may be run one by one.
    expect(found.map(({ code }) => code)).toEqual(["unknown-field"]);
    expect(await client.connection.sendRequest(DefinitionRequest.type, at(rules, 0, 7))).toMatchObject([
      { uri: pathToFileURL(join(folder, "streams.weir")).href },
    ]);
  });

  test("renames in files that are not open, and sees when they change on disk", async () => {
    const folder = folderOf({
      "streams.weir": "STREAM payments { user: STRING, amount: NUMBER }\n",
      "rules.weir": "",
    });
    const rules = pathToFileURL(join(folder, "rules.weir")).href;
    const streams = pathToFileURL(join(folder, "streams.weir")).href;
    const client = await start();
    const { connection } = client;
    await open(client, rules, "FROM payments WHERE amount > 3 EMIT LOW");
    expect(await client.diagnostics(rules, 1)).toEqual([]);
    const edit = await connection.sendRequest(RenameRequest.type, { ...at(rules, 0, 22), newName: "total" });
    expect(Object.keys(edit?.changes ?? {}).toSorted()).toEqual([rules, streams]);

    writeFileSync(join(folder, "streams.weir"), "STREAM payments { user: STRING, total: NUMBER }\n");
    await connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: streams, type: FileChangeType.Changed }],
    });
    await connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: rules, version: 2 },
      contentChanges: [{ text: "FROM payments WHERE amount > 4 EMIT LOW" }],
    });
    expect((await client.diagnostics(rules, 2)).map(({ code }) => code)).toEqual(["unknown-field"]);

    rmSync(join(folder, "streams.weir"));
    await connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: streams, type: FileChangeType.Deleted }],
    });
    await connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: rules, version: 3 },
      contentChanges: [{ text: "FROM payments WHERE amount > 5 EMIT LOW" }],
    });
    expect(await client.diagnostics(rules, 3)).toEqual([]);
  });

  test("ends with 0 when the client shuts it down", async () => {
    const client = await start();
    await client.connection.sendRequest(ShutdownRequest.type);
    await client.connection.sendNotification(ExitNotification.type);
    expect(await client.ended).toBe(0);
  });

  test("ends when the client goes without a word", async () => {
    const client = await start();
    client.connection.dispose();
    client.process.stdin.end();
    expect(await client.ended).toBe(1);
  });

  test("goes on behind messages that are none", async () => {
    const client = await start();
    const send = (body: string): void => {
      client.process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    };
    send("{ this is no JSON");
    send("[]");
    send("null");
    send('{"jsonrpc":"2.0"}');
    send('{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":5}}}');
    send('{"jsonrpc":"2.0","method":"textDocument/didOpen","params":null}');
    client.process.stdin.write("Nonsense\r\n\r\nContent-Length: many\r\n\r\n");
    client.process.stdin.write(`${"x".repeat(100_000)}\r\n\r\n`);
    await open(client, uri, TEXT);
    expect(await client.diagnostics(uri, 1)).toEqual([]);
    await expect(client.connection.sendRequest("textDocument/hover", { textDocument: null })).rejects.toThrow();
    await expect(client.connection.sendRequest("no/such/request", {})).rejects.toThrow();
    expect(await client.connection.sendRequest(HoverRequest.type, at(uri, 2, 6))).not.toBeNull();
  });

  test("answers about a file that was never opened as about an empty one", async () => {
    const client = await start();
    expect(await client.connection.sendRequest(HoverRequest.type, at("untitled:none", 5, 5))).toBeNull();
    const symbols = await client.connection.sendRequest(DocumentSymbolRequest.type, {
      textDocument: { uri: "not a uri" },
    });
    expect(symbols).toEqual([]);
  });
});
