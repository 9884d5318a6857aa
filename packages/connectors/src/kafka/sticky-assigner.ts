import { AssignerProtocol, type GroupMember, type PartitionAssigner } from "kafkajs";

const name = "weir-sticky-co-partitioned";
const version = 1;

/** The partitions that this member has, and since when; goes to the leader of the group with each join. */
export interface Held {
  partitions: readonly number[];
  since: number;
}

/**
 * Gives partition n of all topics to the same member, spreads the partitions evenly, and leaves with a member what it has.
 *
 * `held` is read at each join. Membership is no fence: a member that claims what it lost long ago only costs a move.
 */
export function stickyAssigner(held: () => Held): PartitionAssigner {
  return ({ cluster }) => ({
    name,
    version,
    protocol({ topics }) {
      const userData = Buffer.from(JSON.stringify(held()));
      return { name, metadata: AssignerProtocol.MemberMetadata.encode({ version, topics, userData }) };
    },
    async assign({ members, topics }) {
      const counts = new Map(topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]));
      const plan = assignPartitions(members.map(readClaim), Math.max(0, ...counts.values()));
      return [...plan].map(([memberId, partitions]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version,
          assignment: Object.fromEntries(
            [...counts].map(([topic, count]) => [topic, partitions.filter((partition) => partition < count)]),
          ),
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
}

export interface Claim extends Held {
  readonly memberId: string;
}

/** Which partitions each member gets, of 0 … `count` − 1. The same for the same claims in any order. */
export function assignPartitions(claims: readonly Claim[], count: number): Map<string, number[]> {
  const byId = claims.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const plan = new Map(byId.map(({ memberId }): [string, number[]] => [memberId, []]));
  const least = Math.floor(count / byId.length);
  // So many members have one partition more than the others.
  let larger = count % byId.length;
  const free = new Set(Array.from({ length: count }, (_, partition) => partition));

  // Of two that claim one partition, the later owner has it.
  for (const { memberId, partitions } of byId.toSorted((a, b) => b.since - a.since)) {
    const own = plan.get(memberId) ?? [];
    for (const partition of partitions) {
      if (own.length > least || !free.has(partition)) continue;
      if (own.length === least && larger-- <= 0) break;
      own.push(partition);
      free.delete(partition);
    }
  }
  for (const partition of free) {
    const [, own] = [...plan].reduce((best, other) => (other[1].length < best[1].length ? other : best));
    own.push(partition);
  }
  for (const own of plan.values()) own.sort((a, b) => a - b);
  return plan;
}

function readClaim({ memberId, memberMetadata }: GroupMember): Claim {
  const nothing = { memberId, partitions: [], since: 0 };
  try {
    const userData = AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData;
    const held: unknown = userData === undefined ? null : JSON.parse(userData.toString());
    if (typeof held !== "object" || held === null || !("partitions" in held) || !("since" in held)) return nothing;
    const { partitions, since } = held;
    if (!Array.isArray(partitions) || typeof since !== "number") return nothing;
    return { memberId, partitions: partitions.filter((each) => Number.isSafeInteger(each)), since };
  } catch {
    return nothing;
  }
}
