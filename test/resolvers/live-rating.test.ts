import { resolve } from 'node:path';
import { parse, subscribe } from 'graphql';
import { expect, test } from 'vitest';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import { executableSchema } from '../../src/gateway/executable-schema.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import type { Version } from '../../src/model/version.ts';

const model = loadDeclarations(resolve(import.meta.dirname, '../../schema/events'));

/** The waits that a first message brings about, of a stream that begins with it. */
async function waitsFor(message: { readonly id: string; readonly rating?: unknown }): Promise<readonly Version[]> {
  const waits: Version[] = [];
  const place = { take: () => message, wait: () => () => {}, leave: () => {} };
  const services = {
    live: { events: { open: async () => place } },
    log: { ends: async () => [{ partition: 0, first: 0n, next: 8n }] },
    progress: { waitFor: async (version: Version) => waits.push(version) },
    waitDeadlineMs: 1000,
  };
  const result = await subscribe({
    schema: executableSchema(model, services as never),
    document: parse('subscription { liveRatingUpdates(playerId: "p") { id } }'),
    contextValue: { tenant: 'default', reads: new OperationReads() },
  });
  if (!(Symbol.asyncIterator in result)) throw new Error(JSON.stringify(result.errors));
  expect((await result.next()).value).toEqual({ data: { liveRatingUpdates: { id: 'p' } } });
  return waits;
}

test('a rating is looked up when all ratings that were in the log are visible; one that is told is not waited for', async () => {
  const [wait] = await waitsFor({ id: 'p' });
  expect(wait?.offsets.get('ratings')?.get(0)).toBe(7n);
  expect(await waitsFor({ id: 'p', rating: { average: 7, count: 1 } })).toEqual([]);
});
