import { seekPosition, setView } from "./transport.ts";
import { active, selection, view } from "./workbench.ts";

/** Shows the selected alert or event in the middle of the timeline, and moves the playhead there. */
export async function focusSelection(): Promise<void> {
  const chosen = selection.value;
  const seen = view.value;
  if (chosen === null || seen === null) return;
  const { client } = active.value;
  if (chosen.kind === "event") {
    const found = await client.call("event", { index: chosen.index });
    if (found !== null && Number.isFinite(found.time)) showAround(found.time, (seen.to - seen.from) / 2);
    await seekPosition(chosen.index + 1);
    return;
  }
  const detail = await client.call("alert", { index: chosen.index, isBrief: false });
  if (detail === null) return;
  const first = detail.events?.[0]?.time ?? detail.alert.at;
  showAround((first + detail.alert.at) / 2, Math.max(500, detail.alert.at - first));
  await seekPosition(detail.position);
}

function showAround(time: number, half: number): void {
  setView(time - half, time + half);
}
