import type { Random } from "./random.ts";
import { createZipf } from "./zipf.ts";

const categories = [
  "groceries",
  "restaurant",
  "fuel",
  "transport",
  "fashion",
  "electronics",
  "pharmacy",
  "streaming",
  "games",
  "home",
] as const;

/** The merchants of a simulation, by number: few are popular, many are not. */
export interface Merchants {
  readonly count: number;
  pick(random: Random): number;
  name(merchant: number): string;
  category(merchant: number): string;
}

export function createMerchants(users: number): Merchants {
  const count = Math.min(5000, Math.max(200, Math.round(users / 10)));
  return {
    count,
    pick: createZipf(count, count / 50),
    name: (merchant) => `m${merchant + 1}`,
    // Neighbours in popularity are of different categories.
    category: (merchant) => categories[(merchant * 7) % categories.length]!,
  };
}
