// Takes alerts as a receiver of webhooks would, for development and the examples: checks the signature, notes each id once.
//
//   node webhook-receiver.mjs PORT     GET / says how many alerts came, how often one came again, and which were the last
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

/** The secret in `examples/fraud/weir.yaml`: worth nothing. */
const key = Buffer.from("d2VpciBleGFtcGxlcyBvbmx5LCBub3Qgc2VjcmV0IQ==", "base64");
const maxIds = 1_000_000;
/** @type {Set<string>} */
const ids = new Set();
/** @type {unknown[]} */
const last = [];
let repeated = 0;
let refused = 0;

createServer((request, response) => {
  if (request.method === "GET") {
    response.setHeader("content-type", "application/json");
    response.end(`${JSON.stringify({ alerts: ids.size, repeated, refused, last }, null, 2)}\n`);
    return;
  }
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    const id = String(request.headers["webhook-id"]);
    const signed = `${id}.${String(request.headers["webhook-timestamp"])}.${body}`;
    const expected = createHmac("sha256", key).update(signed).digest();
    const given = Buffer.from(String(request.headers["webhook-signature"]).replace(/^v1,/, ""), "base64");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      refused += 1;
      response.writeHead(401).end();
      return;
    }
    if (ids.has(id)) repeated += 1;
    else if (ids.size < maxIds) ids.add(id);
    last.push(JSON.parse(body));
    if (last.length > 5) last.shift();
    response.writeHead(204).end();
  });
}).listen(Number(process.argv[2]), "127.0.0.1");
