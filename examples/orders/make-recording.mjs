// Makes events.ndjson: five hours of a shop. Most orders are paid and shipped; some customers forget to pay, the warehouse loses an
// order, one parcel leaves unpaid, one customer pays twice, and the payment page is down for half an hour.
import { createRandom, writeRecording } from "../recording.mjs";

const random = createRandom(6);
const start = Date.UTC(2026, 9, 5, 8);
const minute = 60_000;
const customers = ["ada", "ben", "cem", "dunja", "emil", "fatma", "gero", "hana"];
const carriers = ["post", "bike", "van"];
/** @type {({ stream: string, ts: number } & Record<string, unknown>)[]} */
const events = [];

for (let i = 0; i < 60; i++) {
  const id = `o${1001 + i}`;
  const placed = start + Math.round((i * 3 + random() * 2) * minute);
  const total = Math.round(1000 + random() * 9000) / 100;
  const customer = customers[Math.floor(random() * customers.length)];
  events.push({ stream: "orders", ts: placed, id, customer, total });
  // The payment page is down for the orders of half an hour; before, two customers forget to pay.
  const unpaid = (i >= 32 && i < 38) || i === 7 || i === 21;
  const paid = placed + Math.round((1 + random() * 10) * minute);
  if (!unpaid) events.push({ stream: "payments", ts: paid, order_id: id, amount: total });
  // A customer taps twice.
  if (i === 14) events.push({ stream: "payments", ts: paid + 4000, order_id: id, amount: total });
  // The warehouse loses one order, and sends one before it is paid.
  if (i === 25 || unpaid) continue;
  const left = i === 11 ? placed + 30_000 : paid + Math.round((20 + random() * 90) * minute);
  events.push({
    stream: "shipments",
    ts: left,
    order_id: id,
    carrier: carriers[Math.floor(random() * carriers.length)],
  });
}

writeRecording(new URL("events.ndjson", import.meta.url), events);
