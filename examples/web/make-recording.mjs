// Makes requests.ndjson: twelve minutes of a small shop, with a failing back end, a scraper and a scanner.
import { createRandom, writeRecording } from "../recording.mjs";

const random = createRandom(80);
const start = Date.UTC(2026, 4, 11, 19);
const second = 1000;
const minute = 60 * second;
/** @type {{ ts: number, ip: string, path: string, status: number, ms: number }[]} */
const events = [];

/** @type {(ts: number, ip: string, path: string, status: number) => void} */
const add = (ts, ip, path, status) => {
  const ms = Math.round(status >= 500 ? 2000 + random() * 3000 : 20 + random() * random() * 400);
  events.push({ ts: Math.round(ts), ip, path, status, ms });
};

// Visitors look at things. From minute 4 on, for a minute and a half, the back end fails every third time.
for (let at = start; at < start + 12 * minute; at += random() * 4 * second) {
  const ip = `198.51.100.${Math.floor(random() * 40)}`;
  const path = random() < 0.3 ? "/" : `/item/${Math.floor(random() * random() * 60)}`;
  const failing = at > start + 4 * minute && at < start + 5.5 * minute;
  add(at, ip, path, failing && random() < 0.35 ? 502 : random() < 0.01 ? 500 : 200);
}

// A scraper reads the catalogue, a page every 1.2 seconds.
for (let i = 0; i < 60; i++) add(start + 7 * minute + i * 1200 + random() * 200, "203.0.113.50", `/item/${i}`, 200);

// A scanner tries what other shops forgot.
const holes = [
  "/.env",
  "/.git/config",
  "/wp-login.php",
  "/phpinfo.php",
  "/admin",
  "/backup.zip",
  "/server-status",
  "/config.json",
  "/old/",
  "/test.php",
];
holes.forEach((path, i) =>
  add(start + 9 * minute + i * 11 * second, "192.0.2.200", path, path === "/admin" ? 403 : 404),
);

writeRecording(new URL("requests.ndjson", import.meta.url), events);
