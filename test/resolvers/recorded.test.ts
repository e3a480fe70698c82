import { expect, test } from 'vitest';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import { makeResolvers } from '../../src/resolvers/resolvers.ts';

const resolvers = makeResolvers(loadDeclarations(SAMPLE_KINDS_DIR), {} as never);

/** What the field says of itself before it comes to its services, of which there are none here. */
async function canBeKept(type: string, field: string, source: object): Promise<boolean> {
  const fields: Readonly<Record<string, unknown>> = { ...resolvers[type] };
  const resolve = fields[field];
  if (typeof resolve !== 'function') throw new Error(`expected a resolver of ${type}.${field}`);
  const reads = new OperationReads();
  await Promise.resolve()
    .then(() => resolve(source, { first: 1 }, { tenant: 'default', reads }, {}))
    .catch(() => {});
  reads.whole();
  return reads.stamp() !== null;
}

test('a field of any type that does not write down what it reads says so: no answer with it is kept', async () => {
  expect(await canBeKept('Query', 'rejected', {})).toBe(false);
  expect(await canBeKept('Job', 'results', { author: { job: 'job', sinceVersion: 1, throughVersion: null } })).toBe(
    false,
  );
  expect(await canBeKept('Alert', 'events', { events: [] })).toBe(true);
  expect(await canBeKept('Query', 'user', { id: 'u' })).toBe(true);
});
