import { expect, test } from 'vitest';
import { type CacheTarget, createCacheDesk } from '../../src/cache/cache-desk.ts';
import { createKeptAnswers } from '../../src/cache/kept-answers.ts';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { createOperationCache } from '../../src/cache/operation-cache.ts';
import { createResultCache } from '../../src/cache/result-cache.ts';
import { EMPTY_VERSION } from '../../src/model/version.ts';
import { systemClock } from '../../src/platform/clock.ts';

const DATA = { identity: 'i', version: EMPTY_VERSION };
const BOUNDS = { bytesMax: 1_000_000, entriesMax: 100, lifeMs: 600_000 };

test('to make something anew makes what it is put together from anew before it', async () => {
  const { desk, names, operation, made } = await keptFromSlice();
  const refresh = async (target: CacheTarget) => {
    made.length = 0;
    await desk.refresh('t', target, () => {}, new AbortController().signal);
    return made;
  };
  expect(await refresh({ by: 'key', key: names.answer })).toEqual(['slice', 'answer']);
  expect(await operation()).toBe('operation of answer of slice 1');
  expect(await refresh({ by: 'key', key: names.operation })).toEqual(['slice', 'answer', 'operation']);
  expect(await operation()).toBe('operation of answer of slice 3');
  expect(await refresh({ by: 'everything' })).toEqual(['slice', 'answer', 'operation']);
  expect(await operation()).toBe('operation of answer of slice 4');
});

/** A whole operation over an answer over a slice, as a chart is; each is longer than what it is put together from. */
async function keptFromSlice() {
  const keptIn = (space: string) =>
    createKeptAnswers({ ...BOUNDS, store: createMemoryStore(), space, clock: systemClock });
  const results = createResultCache(keptIn('r'));
  const operations = createOperationCache<null>(keptIn('o'));
  const made: string[] = [];
  let slices = 0;
  const slice = () =>
    results.through({ tenant: 't', question: 'slice', ...DATA }, async () => {
      made.push('slice');
      const text = `slice ${++slices}`;
      return { text: () => text, ...DATA };
    });
  const answer = () =>
    results.through({ tenant: 't', question: 'answer', ...DATA }, async () => {
      const part = await slice();
      made.push('answer');
      return { text: () => `answer of ${part.text}`, from: [part.entry], ...DATA };
    });
  const name = 'operation';
  const recompute = async () => {
    const part = await answer();
    made.push('operation');
    const kept = { headers: {}, body: `operation of ${part.text}` };
    const told = { tenant: 't', topics: [], question: '', range: '', version: '', from: [part.entry] };
    await operations.keep(name, kept, null, { ...told, recompute, heldBytes: 0 });
  };
  await recompute();
  const desk = createCacheDesk({ results, operations });
  const names = { operation: name, answer: (await answer()).entry };
  return { desk, names, made, operation: async () => (await operations.find(name, async () => true))?.body };
}
