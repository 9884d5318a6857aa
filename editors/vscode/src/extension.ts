import { commands, type ExtensionContext, window, workspace } from "vscode";
import { LanguageClient, type ServerOptions, TransportKind } from "vscode-languageclient/node";
import { serverCommand } from "./server-command.ts";

let client: LanguageClient | undefined;

/** Starts `weir lsp` where the workspace is trusted; colours need no server. */
export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand("weir.restart", restart),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("weir.path")) void restart();
    }),
    workspace.onDidGrantWorkspaceTrust(() => void restart()),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await stop();
}

async function restart(): Promise<void> {
  await stop();
  await start();
}

async function start(): Promise<void> {
  if (!workspace.isTrusted) return;
  const path = workspace.getConfiguration("weir").get<string>("path", "weir");
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? null;
  const command = serverCommand(path, folder);
  const server: ServerOptions = { command, args: ["lsp"], transport: TransportKind.stdio };
  client = new LanguageClient("weir", "Weir", server, { documentSelector: [{ language: "weir" }] });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const reason = error instanceof Error ? error.message : String(error);
    void window.showErrorMessage(`\`${command} lsp\` could not be started: ${reason}. Is the setting weir.path right?`);
  }
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.stop();
}
