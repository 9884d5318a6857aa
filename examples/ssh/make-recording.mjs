// Makes auth.ndjson: an hour and a half of log-ins on three hosts, with three attacks among them.
import { createRandom, writeRecording } from "../recording.mjs";

const random = createRandom(22);
const start = Date.UTC(2026, 2, 3, 8);
const minute = 60_000;
const staff = ["anna", "ben", "carla", "deniz", "emil", "fatou", "georg", "hana"];
const hosts = ["web-1", "web-2", "db-1"];
/** @type {{ ts: number, host: string, user: string, ip: string, outcome: string }[]} */
const events = [];

/** @type {(ts: number, user: string, ip: string, outcome: string, host?: string) => void} */
const add = (ts, user, ip, outcome, host = hosts[Math.floor(random() * hosts.length)] ?? "") => {
  events.push({ ts: Math.round(ts), host, user, ip, outcome });
};

// People log in, and mistype now and then.
for (let at = start; at < start + 90 * minute; at += 20_000 + random() * 80_000) {
  const person = Math.floor(random() * staff.length);
  const user = staff[person] ?? "";
  const ip = `10.0.4.${20 + person}`;
  if (random() < 0.15) add(at - 5000, user, ip, "failure");
  add(at, user, ip, "success");
}

// Guessing the password of root, for three minutes.
for (let i = 0; i < 40; i++) {
  add(start + 12 * minute + i * 4500 + random() * 1000, "root", "203.0.113.7", "failure", "web-1");
}

// One guess for each of many users, slowly.
const guessed = [...staff, "admin", "oracle", "postgres", "test", "ubuntu", "git"];
guessed.forEach((user, i) => add(start + 30 * minute + i * 95_000, user, "198.51.100.23", "failure", "web-2"));

// Seven guesses for deniz; the last one is right.
for (let i = 0; i < 7; i++) add(start + 70 * minute + i * 21_000, "deniz", "192.0.2.99", "failure", "db-1");
add(start + 70 * minute + 7 * 21_000, "deniz", "192.0.2.99", "success", "db-1");

writeRecording(new URL("auth.ndjson", import.meta.url), events);
