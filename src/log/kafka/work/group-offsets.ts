import type { Brokers } from '../brokers.ts';
import { untilAnswered } from '../kafka-away.ts';
import { Coordinators } from './coordinators.ts';
import { offsetFetch } from './group-requests.ts';
import { nameOf } from './work-fault.ts';

/** How far a group is, by topic and partition as Kafka calls them; null where it has not begun. */
export type GroupOffsets = ReadonlyMap<string, readonly (bigint | null)[]>;

/** As long as somebody who looks at a page waits. */
const DEADLINE_MS = 6_000;

/** What members of the group committed for show, or what the group of somebody else did. It need not have members at the moment. */
export async function groupOffsets(brokers: Brokers, group: string, topics: readonly string[]): Promise<GroupOffsets> {
  const coordinators = new Coordinators(brokers);
  return await untilAnswered(async () => {
    const asked = await Promise.all(
      topics.map(async (topic) => ({ topic, partitions: [...(await brokers.leadersOf(topic)).keys()] })),
    );
    const coordinator = { of: 'group', key: group } as const;
    const { errorCode, topics: fetched } = await coordinators.send(coordinator, offsetFetch(group, asked));
    if (errorCode !== 0) {
      coordinators.forget(coordinator);
      throw new Error(`the offsets of group ${group} are not told: ${nameOf(errorCode)}`);
    }
    return new Map(
      asked.map(({ topic, partitions }) => {
        const known = fetched.find((each) => each.topic === topic)?.partitions ?? [];
        const offsetOf = (partition: number) => known.find((each) => each.partition === partition)?.offset ?? null;
        return [topic, partitions.map(offsetOf)];
      }),
    );
  }, DEADLINE_MS);
}
