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

test('a key that was never seen is not looked for as long as all there is is in memory, and is from then on', () => {
  const stored = new MemoryState();
  const asked: string[] = [];
  const state = {
    get: (key: string) => {
      asked.push(key);
      return stored.get(key);
    },
    range: stored.range.bind(stored),
  };
  const put = (keys: KeyStates, name: string) => {
    const entry = keys.of(name);
    entry.value = new Uint8Array(10);
    keys.changed(entry);
    keys.write(stored.transaction(() => {}));
  };
  const options = { bytesMax: 8 * MIB, isEmpty: true };
  const keys = new KeyStates(state, bytesOperator as Operator<unknown>, options);
  put(keys, 'default/one');
  stored.commit();
  keys.committed();
  expect([keys.of('default/one').storedBytes > 0, keys.of('default/two').value, asked]).toEqual([true, null, []]);
  put(keys, 'default/two');
  keys.rolledBack();
  expect(keys.of('default/one').value).toEqual(Buffer.alloc(10));
  // Opened anew, and where more came than memory holds.
  const opened = new KeyStates(state, bytesOperator as Operator<unknown>, { ...options, isEmpty: false });
  expect(opened.of('default/one').value).toEqual(Buffer.alloc(10));
  const narrow = new KeyStates(state, bytesOperator as Operator<unknown>, { bytesMax: 0, isEmpty: true });
  put(narrow, 'default/one');
  stored.commit();
  narrow.committed();
  for (const other of ['default/two', 'default/three']) {
    narrow.of(other);
    narrow.committed();
  }
  asked.length = 0;
  expect(narrow.of('default/one').storedBytes).toBeGreaterThan(0);
  expect(asked).toEqual(['sdefault/one']);
});

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
  const keys = new KeyStates(state, bytesOperator as Operator<unknown>, { bytesMax: 8 * MIB, isEmpty: true });
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
