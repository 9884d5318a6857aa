// Stands for the module that VS Code gives to extensions: enough of it to load one, and to see what it registers.
import { registerHooks } from "node:module";

const source = `
const registered = [];
const anything = new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => "" : key === "prototype" ? {} : anything),
  apply: () => anything,
});
const known = {
  registered,
  commands: { registerCommand: (name) => { registered.push(name); return { dispose() {} }; } },
  workspace: {
    isTrusted: false,
    onDidChangeConfiguration: () => ({ dispose() {} }),
    onDidGrantWorkspaceTrust: () => ({ dispose() {} }),
  },
  window: {},
  version: "1.100.0",
};
exports.commands = known.commands;
exports.window = known.window;
exports.workspace = known.workspace;
exports.registered = registered;
module.exports = new Proxy(known, {
  get: (target, key) => (key in target || typeof key !== "string" ? target[key] : class {}),
});
`;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "vscode" ? { url: "stub:vscode", format: "commonjs", shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === "stub:vscode" ? { format: "commonjs", source, shortCircuit: true } : next(url, context),
});

const { activate, deactivate } = await import("../../editors/vscode/src/extension.ts");
const { registered } = await import("vscode");
const context = { subscriptions: [] };
await activate(context);
await deactivate();
process.stdout.write(JSON.stringify({ registered, subscriptions: context.subscriptions.length }));
