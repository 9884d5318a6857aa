import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "@weir/core";
import { compile } from "@weir/dsl";

const root = join(import.meta.dirname, "..", "..");

export interface Payment {
  readonly ts: number;
  readonly user: string;
  readonly amount: number;
  readonly merchant: string;
  readonly category: string;
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
  readonly status: string;
}

/** A file with payments of the simulator, in the order of their arrival; the same for the same numbers. */
export function paymentFile(events: number, users: number): string {
  const folder = join(tmpdir(), "weir-bench");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `payments-${events}-${users}.ndjson`);
  if (existsSync(file)) return file;
  const weir = join(root, "packages", "cli", "bin", "weir.js");
  const options = ["--seed", "7", "--events", String(events), "--users", String(users), "--rate", "500", "--out", file];
  const made = spawnSync(process.execPath, [weir, "simulate", ...options], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`the simulator failed: ${made.stderr}`);
  return file;
}

/** The payments of such a file, parsed. */
export function payments(events: number, users: number): readonly Payment[] {
  const lines = readFileSync(paymentFile(events, users), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Payment);
}

/** The i-th payment of a made-up stream in which no amount, place or category stands out. */
export function plainPayment(i: number, user: string, ts: number): { ts: number; readonly [field: string]: unknown } {
  return {
    ts,
    user,
    amount: 10 + (i % 90),
    merchant: `m${(i * 31) % 5000}`,
    category: "food",
    country: "ES",
    lat: 40 + (i % 7) / 100,
    lon: -3,
    status: "approved",
  };
}

export function planOf(rules: string): Plan {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ line, message }) => `${line}: ${message}`).join("\n"));
  return compiled.plan;
}

/** The five rules of the fraud example. */
export function fraudRules(): string {
  return readFileSync(join(root, "examples", "fraud", "fraud.weir"), "utf8");
}
