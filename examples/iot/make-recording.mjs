// Makes readings.ndjson: an hour and a half of four cold rooms. The door of one is left open, one sensor loses its network,
// and one reading is out of range for a moment only.
import { createRandom, writeRecording } from "../recording.mjs";

const random = createRandom(4);
const start = Date.UTC(2026, 6, 1, 6);
const minute = 60_000;
/** @type {{ ts: string, sensor: string, celsius: number, battery: number }[]} */
const readings = [];

for (const [room, sensor] of ["cold-1", "cold-2", "cold-3", "cold-4"].entries()) {
  for (let i = 0; i < 90; i++) {
    const at = start + i * minute + Math.round(random() * 4000);
    // The network of cold-3 is down from minute 40 to 58.
    if (sensor === "cold-3" && i >= 40 && i < 58) continue;
    let celsius = 4 + room * 0.4 + Math.sin(i / 9 + room) * 0.8 + random() * 0.4;
    // The door of cold-2 stands open from minute 20 on; it is shut at minute 36.
    if (sensor === "cold-2" && i >= 20) celsius += i < 36 ? (i - 20) * 0.7 : Math.max(0, 11 - (i - 36) * 1.5);
    // Something warm is put beside the sensor of cold-4.
    if (sensor === "cold-4" && (i === 62 || i === 63)) celsius += 6;
    const battery = sensor === "cold-1" ? Math.round(17 - i / 20) : 80 - room * 5;
    readings.push({ ts: new Date(at).toISOString(), sensor, celsius: Math.round(celsius * 10) / 10, battery });
  }
}

writeRecording(new URL("readings.ndjson", import.meta.url), readings);
