import { expect, test } from "vitest";
import { runCampaign } from "./campaign.ts";

test("seeds 1001 to 2000: whatever fails, what comes out is what one engine makes of the input, and every fault happens", async () => {
  expect(await runCampaign(1001, 1000)).toEqual({ failures: [], neverFired: [] });
});
