import type { CallMessage, EngineCall, EngineCalls, PageMessage, WorkerMessage } from "../protocol/calls.ts";
import { EngineHost } from "./engine-host.ts";
import { Reporter } from "./reporter.ts";

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  postMessage(message: WorkerMessage): void;
  addEventListener(kind: "message", listener: (event: MessageEvent<PageMessage>) => void): void;
}

type Handlers = {
  [Op in EngineCall]: (
    input: EngineCalls[Op]["input"],
  ) => EngineCalls[Op]["output"] | Promise<EngineCalls[Op]["output"]>;
};

const scope = globalThis as unknown as WorkerScope;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker speaks to its page alone
const reporter = new Reporter((message) => scope.postMessage(message));
const host = new EngineHost(reporter);

const handlers: Handlers = {
  load: (input) => host.load(input),
  run: (input) => host.run(input),
  take: (input) => host.take(input),
  cancel: () => host.cancel(),
  bins: (input) => host.bins(input),
  page: (input) => host.page(input),
  alert: (input) => host.alert(input),
  find: (input) => host.find(input),
  event: (input) => host.event(input),
  seek: ({ position }) => host.player.seek(position),
  seekTime: ({ time }) => host.player.seekTime(time),
  step: ({ to, back }) => host.player.step(to, back),
  play: (input) => host.player.play(input),
  pause: () => host.player.pause(),
  breakpoints: (input) => host.breakpoints(input),
  graph: (input) => host.graph(input),
  whyNot: (input) => host.whyNot(input),
  nearMisses: (input) => host.nearMisses(input),
  allNearMisses: () => host.allNearMisses(),
  partial: () => host.partial(),
  columns: () => host.columns(),
  diff: (input) => host.diff(input),
  noise: (input) => host.noise(input),
  sweep: (input) => host.sweep(input),
  shrink: (input) => host.shrink(input),
  fuzz: (input) => host.fuzz(input),
};

scope.addEventListener("message", ({ data }) => {
  if (!("op" in data)) {
    if (data.kind === "credit") reporter.addCredit();
    else reporter.say({ kind: "alive" });
    return;
  }
  void answer(data);
});

// The page counts the silence from here on.
reporter.say({ kind: "alive" });

/** What reads all there is in one go: with millions of events it takes its time, and no rule can run away in it. */
const reading: ReadonlySet<EngineCall> = new Set([
  "bins",
  "page",
  "find",
  "graph",
  "partial",
  "columns",
  "diff",
  "noise",
]);

async function answer({ id, op, input }: CallMessage): Promise<void> {
  try {
    const handle = handlers[op] as (input: unknown) => unknown;
    const output = await (reading.has(op) ? reporter.atomic(() => handle(input)) : handle(input));
    reporter.say({ kind: "answer", id, output });
  } catch (error) {
    reporter.say({ kind: "failed", id, message: error instanceof Error ? error.message : String(error) });
  }
}
