import { expect, test } from "vitest";
import { runCampaign } from "./campaign.ts";

test("seeds 1 to 1000: whatever fails, what comes out is what one engine makes of the input, and every fault happens", async () => {
  expect(await runCampaign(1, 1000)).toEqual({ failures: [], neverFired: [] });
});
