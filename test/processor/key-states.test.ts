import { expect, test } from 'vitest';
import { MemoryState } from '../../src/processor/backtest/memory-state.ts';
import type { Operator } from '../../src/processor/operator.ts';
import { KeyStates } from '../../src/processor/runtime/key-states.ts';

const MIB = 1024 * 1024;

/** A state is its bytes. */
const bytesOperator: Operator<Uint8Array> = {
  onEvent: (_event, state) => state,
  onWake: (state) => state,
  wakeAtUs: () => null,
  encode: (state) => state,
  decode: (bytes) => bytes,
};

test('states that grow while they are in use are forgotten when they are too much together, and read again', () => {
  const stored = new MemoryState();
  let reads = 0;
  const state = {
    get: (key: string) => {
      reads++;
      return stored.get(key);
    },
    range: stored.range.bind(stored),
  };
  const keys = new KeyStates(state, bytesOperator as Operator<unknown>, 8 * MIB);
  const step = (each: number, bytes: number) => {
    const entry = keys.of(`default/${each}`);
    entry.value = new Uint8Array(bytes).fill(each);
    keys.changed(entry);
    const transaction = stored.transaction(() => {});
    keys.write(transaction);
    stored.commit();
    keys.committed();
  };
  const KEYS = 200;
  for (let each = 0; each < KEYS; each++) step(each, 10);
  for (let each = 0; each < KEYS; each++) step(each, 100_000);
  reads = 0;
  for (let each = 0; each < KEYS; each++) {
    const { value } = keys.of(`default/${each}`);
    expect(Buffer.from(value as Uint8Array).equals(Buffer.alloc(100_000, each))).toBe(true);
  }
  // 20 MB are more than the 8 MiB, decoded they are six times that; none has been used for a whole turn.
  expect(reads).toBeGreaterThan(KEYS - 20);
});
