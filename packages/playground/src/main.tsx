import { render } from "preact";
import { autosave, openLocalFiles, resumeWork } from "./state/session.ts";
import { recordRuns } from "./state/run-history.ts";
import { receiveLink } from "./state/share.ts";
import { startServiceWorker } from "./state/service-worker.ts";
import { StoppedError } from "./state/engine-client.ts";
import { countSentBytes } from "./state/sent-bytes.ts";
import { startTheme } from "./state/theme.ts";
import { followNearMisses } from "./state/near-misses.ts";
import { followPartials } from "./state/partials.ts";
import { followPlayhead } from "./state/transport.ts";
import { followRecording, openSample } from "./state/workbench.ts";
import { App } from "./ui/app.tsx";
import { listenForDrops } from "./ui/file-drop.tsx";
import { listenForKeys } from "./ui/keys.ts";
import { firstSample } from "./state/samples.ts";

const parameters = new URLSearchParams(location.search);
const isEmbedded = parameters.has("embed");

// Whoever asked a worker that was stopped has been told by the status of its run.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof StoppedError) event.preventDefault();
});
countSentBytes();
startTheme();
followRecording();
followPlayhead();
followPartials();
followNearMisses();
listenForDrops();
listenForKeys();
const root = document.querySelector("#app")!;
root.replaceChildren();
render(<App />, root);
if (isEmbedded) document.documentElement.dataset["embed"] = "";
else {
  // What is looked at in a frame is not the work of this browser.
  autosave();
  recordRuns();
  startServiceWorker();
}
void openFirst();

/** What the address asks for: local files, a sample, what a link holds; else the last work, or the first sample. */
async function openFirst(): Promise<void> {
  if (parameters.has("local")) {
    await openLocalFiles();
    return;
  }
  if (await receiveLink()) return;
  const sample = parameters.get("sample");
  if (sample === null && !isEmbedded && (await resumeWork())) return;
  await openSample(sample ?? firstSample);
}
