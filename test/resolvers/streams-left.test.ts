import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql } from 'graphql';
import { expect, test } from 'vitest';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { readApiSdl, SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import { servedTypeDefs } from '../../src/model/graphql/served-schema.ts';
import type { AskContext } from '../../src/resolvers/ask-context.ts';
import { streamResolvers } from '../../src/resolvers/streams/stream-resolvers.ts';
import type { QueryOptions } from '../../src/warehouse/warehouse.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';
import { standingProgress } from '../support/standing-progress.ts';
import { until } from '../support/until.ts';

const model = loadDeclarations(SAMPLE_KINDS_DIR);
const TOPICS = ['sessions', 'alerts', 'acknowledgements', 'late', ...model.kinds.map(({ plural }) => plural)];

/** Of statements that run for as long as somebody waits: what ends them. */
const running: AbortSignal[] = [];
const warehouse = {
  query: (_sql: string, { signal }: QueryOptions = {}) =>
    new Promise((_resolve, reject) => {
      if (signal === undefined) return;
      running.push(signal);
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
};

const { Mutation: _, ...streams } = streamResolvers(model, {
  warehouse,
  progress: standingProgress(...TOPICS),
  cache: resultCacheInMemory(),
  clock: { nowMs: () => Date.now() },
  waitDeadlineMs: 50,
} as never);
const schema = makeExecutableSchema({
  typeDefs: servedTypeDefs(model, readApiSdl()),
  resolvers: { ...streams, Query: { ...streams.Query, user: (_source: unknown, { id }: { id: string }) => ({ id }) } },
});

const FIELDS = [
  'session(id: "s") { id }',
  'sessions(first: 1) { totalCount }',
  'alert(id: "a") { id }',
  'alerts(first: 1) { totalCount }',
  'lateEvents(first: 1) { byMs }',
  'user(id: "u") { sessions(first: 1) { totalCount } }',
  'user(id: "u") { alerts(first: 1) { totalCount } }',
];

test.each(FIELDS)('who leaves ends what is read for nobody else: %s', async (field) => {
  running.length = 0;
  const gone = new AbortController();
  const contextValue: AskContext = {
    tenant: 'default',
    loaders: { events: { load: async () => null } },
    reads: new OperationReads(),
    signal: gone.signal,
  };
  const answer = graphql({ schema, source: `{ ${field} }`, contextValue });
  await until(async () => running.length > 0);
  gone.abort();
  expect((await answer).errors).toHaveLength(1);
  expect(running.every(({ aborted }) => aborted)).toBe(true);
});
