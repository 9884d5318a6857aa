// Makes requests.ndjson: 100 minutes of two services, sampled. `search` always fails a little; `checkout` hardly ever does,
// until a release at minute 75. The database of `search` is slow for ten minutes.
import { createRandom, writeRecording } from "../recording.mjs";

const random = createRandom(503);
const start = Date.UTC(2026, 8, 21, 10);
const minute = 60_000;
/** @type {{ ts: number, service: string, status: number, ms: number }[]} */
const events = [];

for (const [service, errors] of /** @type {const} */ ([
  ["search", 0.12],
  ["checkout", 0.01],
])) {
  for (let at = start; at < start + 100 * minute; at += 8000 + random() * 24_000) {
    const minutes = (at - start) / minute;
    const released = service === "checkout" && minutes >= 75 && minutes < 88;
    const slow = service === "search" && minutes >= 40 && minutes < 50;
    const status = random() < (released ? 0.45 : errors) ? 503 : 200;
    const ms = Math.round((30 + 200 * random() ** 3) * (slow ? 6 : 1));
    events.push({ ts: Math.round(at), service, status, ms });
  }
}

writeRecording(new URL("requests.ndjson", import.meta.url), events);
