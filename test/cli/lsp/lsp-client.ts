import type { ChildProcessWithoutNullStreams } from "node:child_process";
import {
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { startWeir } from "../run-weir.ts";

/** A client of `weir lsp`, as an editor is one. */
export interface LspClient {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcessWithoutNullStreams;
  /** What was said to be wrong with a version of a file, `null` for one that was closed; waits for it. */
  diagnostics(uri: string, version: number | null): Promise<readonly Diagnostic[]>;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

const PATIENCE_MS = 20_000;

export function startLsp(args: readonly string[] = []): LspClient {
  const child = startWeir(["lsp", ...args]);
  const ended = new Promise<number | null>((done) => child.on("exit", done));
  // It may end before all was written.
  child.stdin.on("error", () => {});
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const said: PublishDiagnosticsParams[] = [];
  const waiting = new Set<() => void>();
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    said.push(params);
    for (const look of waiting) look();
  });
  connection.listen();
  return {
    connection,
    process: child,
    ended,
    diagnostics: (uri, version) =>
      new Promise((done, failed) => {
        const timer = setTimeout(() => failed(new Error(`no diagnostics of ${uri}`)), PATIENCE_MS);
        const look = (): void => {
          const found = said.findLast((one) => one.uri === uri && (one.version ?? null) === version);
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          done(found.diagnostics);
        };
        waiting.add(look);
        look();
      }),
  };
}
