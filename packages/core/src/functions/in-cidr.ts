import type { FunctionRecord } from "./function-record.ts";
import { type IpAddress, parseIp } from "./ip-address.ts";

export const inCidr: FunctionRecord = {
  name: "IN_CIDR",
  signature: "IN_CIDR(ip: STRING, network: STRING): BOOLEAN",
  doc:
    'Whether an IPv4 or IPv6 address lies in a network such as "10.0.0.0/8" (without "/": that one address); FALSE across the two ' +
    "families, NULL where the address or the network is none.",
  example: 'FROM logins WHERE NOT IN_CIDR(ip, "10.0.0.0/8") EMIT LOW { ip }',
  params: [
    { name: "ip", type: "STRING" },
    { name: "network", type: "STRING" },
  ],
  returns: "BOOLEAN",
  nullInNullOut: true,
  call: (ip, network) => {
    const address = parseIp(ip as string);
    const block = networkOf(network as string);
    return address === null || block === null ? null : contains(block, address);
  },
};

interface Network {
  readonly base: IpAddress;
  readonly bits: number;
}

// Almost always a constant of the rule: the few networks in use are read once.
const maxNetworks = 1000;
const networks = new Map<string, Network | null>();

function networkOf(text: string): Network | null {
  let network = networks.get(text);
  if (network === undefined) {
    network = parseNetwork(text);
    if (networks.size >= maxNetworks) networks.clear();
    if (text.length <= 64) networks.set(text, network);
  }
  return network;
}

function parseNetwork(text: string): Network | null {
  const slash = text.indexOf("/");
  const base = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (base === null) return null;
  if (slash < 0) return { base, bits: base.length * 16 };
  const bitsText = text.slice(slash + 1);
  const bits = Number(bitsText);
  return /^(0|[1-9]\d{0,2})$/.test(bitsText) && bits <= base.length * 16 ? { base, bits } : null;
}

function contains({ base, bits }: Network, address: IpAddress): boolean {
  if (address.length !== base.length) return false;
  for (let i = 0, rest = bits; rest > 0; i++, rest -= 16) {
    const mask = rest >= 16 ? 0xffff : 0xffff & (0xffff << (16 - rest));
    if (((address[i]! ^ base[i]!) & mask) !== 0) return false;
  }
  return true;
}
