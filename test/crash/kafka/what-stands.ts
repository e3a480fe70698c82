import { Kafka, logLevel } from 'kafkajs';
import type { Warehouse } from '../../../src/warehouse/warehouse.ts';
import type { DrivenCluster } from './driven-cluster.ts';

/** Where everything is that should have moved on, as text: for whoever reads that a test waited in vain on a machine that is gone. */
export async function whatStands(cluster: DrivenCluster, warehouse: Warehouse): Promise<string> {
  const parts = [
    ...Object.entries(QUESTIONS).map(async ([name, sql]) => {
      const { rows } = await warehouse.query(sql, { pool: 'load' });
      return `${name}: ${JSON.stringify(rows, null, 1)}`;
    }),
    topicsAndGroups(cluster.kafka.brokers),
    ...cluster.processes.map(async ({ name, product }) => {
      const said = product.stderr().slice(-LOG_CHARS);
      const health = await fetch(`${product.url}/healthz`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
      return `${name}: ${await health.text()}\n${said}`;
    }),
  ];
  const settled = await Promise.allSettled(parts);
  return settled
    .map((part) => (part.status === 'fulfilled' ? part.value : `not to be had: ${part.reason}`))
    .join('\n\n');
}

const QUESTIONS = {
  statements: 'SELECT query_kind, elapsed, substring(query, 1, 200) AS query FROM system.processes',
  'queue tables': "SELECT name, engine FROM system.tables WHERE name LIKE '%\\_queue'",
  consumers: 'SELECT * FROM system.kafka_consumers',
};
const LOG_CHARS = 4_000;
const ANSWER_MS_MAX = 5_000;

async function topicsAndGroups(brokers: string): Promise<string> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topics = await admin.listTopics();
    const ends = await Promise.all(
      topics.map(async (topic) => ({ topic, ends: (await admin.fetchTopicOffsets(topic)).map(({ high }) => high) })),
    );
    const groupIds = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
    const { groups } = await admin.describeGroups(groupIds);
    const committed = await Promise.all(
      groups.map(async ({ groupId, state, members }) => ({
        ...{ groupId, state, members: members.map(({ clientId, memberId }) => `${clientId} ${memberId}`) },
        topics: (await admin.fetchOffsets({ groupId })).map(({ topic, partitions }) => ({
          topic,
          next: partitions.map(({ partition, offset }) => `${partition}: ${offset}`),
        })),
      })),
    );
    return `topics: ${JSON.stringify(ends)}\ngroups: ${JSON.stringify(committed)}`;
  } finally {
    await admin.disconnect();
  }
}
