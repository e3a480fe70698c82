import type { Clock } from '../platform/clock.ts';
import { systemClock } from '../platform/clock.ts';
import { Brokers } from './kafka/brokers.ts';
import { type KafkaConnectionOptions, kafkaConnectionSettings } from './kafka/kafka-connection-settings.ts';
import { lastPuts } from './kafka/work/last-puts.ts';
import { StateCopies } from './kafka/work/state-copies.ts';
import { joinWork } from './kafka/work/work-member.ts';
import type { PartitionWork, WorkOptions } from './partition-work.ts';

export interface KafkaWorkOptions extends KafkaConnectionOptions {
  /** Before the names of topics, groups and transactional ids on Kafka, for a cluster that is shared. Default none. */
  readonly prefix?: string;
  /** How Kafka calls a topic. Default with the prefix; a `KafkaLog` knows which topics are somebody else's and have none. */
  readonly kafkaName?: (topic: string) => string;
  readonly clock?: Clock;
  /** Where copies of keyed state are kept on this machine. Needed by members with keyed inputs. */
  readonly stateDir?: string;
}

/**
 * Work shared by members on Kafka. Kafka's groups say who works on what; its transactional ids, one for each input partition, make sure that
 * only one can, whatever the groups say; and its transactions make what a step wrote visible all together. Each member has connections of
 * its own. What goes wrong is tried again, seen in the member's status, and told to the logger.
 */
export async function openKafkaWork(options: KafkaWorkOptions): Promise<PartitionWork> {
  const { prefix = '', kafkaName = (topic) => prefix + topic, clock = systemClock } = options;
  const settings = await kafkaConnectionSettings(options);
  const warn = (message: string, facts: object) => settings.logger.warn(facts, message);
  const states = options.stateDir === undefined ? null : new StateCopies(options.stateDir, warn);
  return {
    join: async (work) => {
      const keeps = work.inputs.some(({ keyed }) => keyed === true) ? states : null;
      keeps?.use();
      const member = await joinWork({
        work,
        prefix,
        kafkaName,
        clock,
        warn,
        states: keeps,
        brokers: new Brokers(settings),
      });
      let released: Promise<void> | null = null;
      return {
        ...member,
        stop: async (deadlineMs) => {
          await member.stop(deadlineMs);
          // Once, however often it is stopped: others may use the copies.
          released ??= release(keeps, work);
          await released;
        },
      };
    },
    lastPuts: async ({ input, key }) => {
      const brokers = new Brokers(settings);
      try {
        return await lastPuts(brokers, kafkaName(input.changelog), key);
      } finally {
        brokers.close();
      }
    },
  };
}

async function release(
  states: StateCopies | null,
  { group, inputs, leavesNothing = false }: WorkOptions,
): Promise<void> {
  for (const { topic } of leavesNothing ? inputs : []) {
    // What cannot be deleted does no harm: whoever opens it sees that it is not of the changelog.
    await states?.forget(group, topic).catch(() => {});
  }
  await states?.release();
}
