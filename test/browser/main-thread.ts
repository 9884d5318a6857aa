import type { Browser, CDPSession } from "playwright-core";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Time that the thread computed, in microseconds. */
  readonly tdur?: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

/** The tasks of the pages of a browser, in milliseconds. */
export interface MainThreadTasks {
  /** What each computed: other programs on a busy machine do not stretch it. */
  readonly cpuMs: readonly number[];
  /** How long each took. */
  readonly wallMs: readonly number[];
}

/** Records the tasks of the threads on which the pages of a browser run, until it is called again. */
export async function recordTasks(browser: Browser): Promise<() => Promise<MainThreadTasks>> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send("Tracing.start", { transferMode: "ReportEvents", categories: "toplevel" });
  return async () => {
    await ended(session);
    const pages = new Set(
      events
        .filter(({ ph, args }) => ph === "M" && args?.name === "CrRendererMain")
        .map(({ pid, tid }) => `${pid} ${tid}`),
    );
    const tasks = events.filter(
      ({ name, ph, pid, tid }) => ph === "X" && name.endsWith("RunTask") && pages.has(`${pid} ${tid}`),
    );
    const inMs = (values: readonly (number | undefined)[]): readonly number[] =>
      values.map((value) => (value ?? 0) / 1000).sort((a, b) => b - a);
    return { cpuMs: inMs(tasks.map(({ tdur }) => tdur)), wallMs: inMs(tasks.map(({ dur }) => dur)) };
  };
}

async function ended(session: CDPSession): Promise<void> {
  const complete = new Promise((done) => session.once("Tracing.tracingComplete", done));
  await session.send("Tracing.end");
  await complete;
  await session.detach();
}
