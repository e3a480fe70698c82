import { expect, test } from 'vitest';
import { MemoryState } from '../../src/processor/backtest/memory-state.ts';
import { Timers, writeTimer } from '../../src/processor/runtime/timers.ts';
import { randomFrom } from '../support/random.ts';

test.each([1, 2, 3, 4, 5])(
  'timers beyond what memory holds come in order, whatever is added, removed and rolled back (seed %i)',
  (seed) => {
    const random = randomFrom(seed);
    const state = new MemoryState();
    const limits = { inMemoryMax: 8, loadedAtOnce: 3 };
    let timers = new Timers(state, limits);
    /** By key, as a job has it: one timer each. */
    let durable = new Map<string, number>();
    let timeUs = 0;
    for (let step = 0; step < 200; step++) {
      const wanted = new Map(durable);
      const set = (key: string, atUs: number | null) => {
        if (atUs === null) wanted.delete(key);
        else {
          wanted.set(key, atUs);
          timers.add(atUs, key);
        }
      };
      let reachedUs = timeUs;
      for (let change = 0; change < 8; change++) {
        const key = `key-${random(60)}`;
        set(key, random(6) === 0 ? null : reachedUs + 1 + random(50));
        if (random(3) !== 0) continue;
        reachedUs += random(6);
        const due = [...wanted].filter(([, atUs]) => atUs <= reachedUs).toSorted(byTime);
        const popped: [string, number][] = [];
        for (let timer = timers.pop(reachedUs); timer !== null; timer = timers.pop(reachedUs)) {
          // One that was removed may still come; whoever gets it sees that the key has another.
          if (wanted.get(timer.place) !== timer.timeUs) continue;
          popped.push([timer.place, timer.timeUs]);
          wanted.delete(timer.place);
        }
        expect(popped).toEqual(due);
      }
      const fate = random(5);
      if (fate === 0) timers.rolledBack();
      else {
        const transaction = state.transaction(() => {});
        for (const key of new Set([...durable.keys(), ...wanted.keys()])) {
          writeTimer(transaction, key, { fromUs: durable.get(key) ?? null, toUs: wanted.get(key) ?? null });
        }
        state.commit();
        timers.committed();
        durable = wanted;
        timeUs = reachedUs;
        const kept = state.range('t', 'u', 1_000).map(({ key }) => key.slice(12));
        expect(kept.toSorted()).toEqual([...durable.keys()].toSorted());
      }
      if (fate === 1) timers = new Timers(state, limits);
    }
  },
);

function byTime([keyA, a]: readonly [string, number], [keyB, b]: readonly [string, number]): number {
  return a - b || (keyA < keyB ? -1 : 1);
}
