import { createConnection, ProposedFeatures, StreamMessageWriter } from "vscode-languageserver/node";
import { MessageReader } from "../lsp/message-reader.ts";
import { serve } from "../lsp/server.ts";
import { exitCode } from "../exit-code.ts";

/**
 * Serves editors over standard input and output, in the Language Server Protocol.
 *
 * The process ends when the client says so, when its input ends, or when the client's process is gone; with 0 if the client said
 * before that it would shut down, else with 1.
 */
export async function lsp(version: string): Promise<never> {
  const reader = new MessageReader(process.stdin);
  const connection = createConnection(ProposedFeatures.all, reader, new StreamMessageWriter(process.stdout));
  let shutDown = false;
  connection.onShutdown(() => {
    shutDown = true;
  });
  const ended = new Promise<void>((done) => {
    reader.onClose(() => done());
  });
  serve(connection, version);
  await ended;
  // The timer that watches the client's process would keep this one.
  process.exit(shutDown ? exitCode.ok : exitCode.failed);
}
