import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

/** Networks that are no part of the public internet. */
const privateNetworks = {
  ipv4: [
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24",
    "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4",
  ],
  // The embedded IPv4 addresses of 6to4, NAT64 and mapped addresses could be anything.
  ipv6: [
    "::/127 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20",
    "5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8",
  ],
} as const;

/** Which addresses may be connected to. */
export interface AddressGuard {
  /** Resolves a host to an address that may be connected to. Throws `ForbiddenAddressError` where any of its addresses may not. */
  resolve(host: string): Promise<{ readonly address: string; readonly family: 4 | 6 }>;
}

/** Thrown for a host that leads to an address within a private network. */
export class ForbiddenAddressError extends Error {
  override readonly name = "ForbiddenAddressError";
}

/**
 * A guard against requests that a configured host name turns on the own network.
 *
 * `allowed`: networks such as `10.1.0.0/16` that may be reached although they are private. Throws for a text that is no network.
 */
export function createAddressGuard(allowed: readonly string[] = []): AddressGuard {
  const forbidden = blockList([...privateNetworks.ipv4, ...privateNetworks.ipv6].flatMap((text) => text.split(" ")));
  const permitted = blockList(allowed);
  const isAllowed = (address: string): boolean => {
    const type = isIP(address) === 6 ? "ipv6" : "ipv4";
    return !forbidden.check(address, type) || permitted.check(address, type);
  };
  return {
    async resolve(host) {
      const literal = host.replace(/^\[|\]$/g, "");
      const addresses =
        isIP(literal) === 0
          ? await lookup(literal, { all: true, order: "verbatim" })
          : [{ address: literal, family: isIP(literal) }];
      // All of them: a name that has a public and a private address is up to no good.
      for (const { address } of addresses) {
        if (isAllowed(address)) continue;
        throw new ForbiddenAddressError(`\`${host}\` leads to ${address}, which is in a private network`);
      }
      const [first] = addresses;
      if (first === undefined) throw new ForbiddenAddressError(`\`${host}\` has no address`);
      return { address: first.address, family: first.family === 6 ? 6 : 4 };
    },
  };
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix = ""] = network.split("/");
    const version = isIP(address);
    if (version === 0 || !/^\d+$/.test(prefix)) throw new Error(`\`${network}\` is no network such as 10.1.0.0/16`);
    list.addSubnet(address, Number(prefix), version === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
