import { describe, expect, onTestFinished, test } from 'vitest';
import type {
  HeadedRecord,
  InputPlace,
  KeyedState,
  PartitionTask,
  PartitionWork,
  StoredHeadedRecord,
  Transaction,
  WorkMember,
  WorkOptions,
} from '../../src/log/partition-work.ts';
import { type NumberingOptions, numberingTask, textOf, textRecord } from '../support/numbering-task.ts';
import { until } from '../support/until.ts';

/** What an implementation brings along to be tested. */
export interface WorkHarness {
  readonly work: PartitionWork;
  /** False: the log keeps no headers. */
  readonly keepsHeaders: boolean;
  createTopic(topic: string, partitions: number): Promise<void>;
  append(topic: string, partition: number, records: readonly HeadedRecord[]): Promise<void>;
  /** Every committed record, in order. */
  readAll(topic: string, partition: number): Promise<readonly StoredHeadedRecord[]>;
}

/** Far longer than a test: whatever happens sooner did not wait for a session to end. */
const SESSION_MS = 60_000;
const PARTITIONS = 4;
const NO_SUCH_PARTITION = 99;

/** What PartitionWork promises, run on each implementation. */
export function partitionWorkContract(name: string, harness: () => WorkHarness): void {
  let topics = 0;

  /** Topics and a group of the test's own. */
  async function makeTopics(partitions = PARTITIONS) {
    const id = ++topics;
    const made = {
      input: `in-${id}`,
      output: `out-${id}`,
      changelog: `changes-${id}`,
      group: `group-${id}`,
      partitions,
    };
    for (const topic of [made.input, made.output, made.changelog]) await harness().createTopic(topic, partitions);
    return made;
  }
  type Topics = Awaited<ReturnType<typeof makeTopics>>;

  async function join(
    { input, output, changelog, group }: Topics,
    task: Partial<NumberingOptions> = {},
    options: Partial<WorkOptions> = {},
  ): Promise<WorkMember> {
    const member = await harness().work.join({
      group,
      inputs: [{ topic: input, changelog }],
      stepRecordsMax: 20,
      stepBytesMax: 1024 * 1024,
      lingerMs: 0,
      sessionTimeoutMs: SESSION_MS,
      open: async (place) => numberingTask({ place, output, changelog, ...task }),
      ...options,
    });
    onTestFinished(() => member.stop(5_000));
    return member;
  }

  async function fill({ input, partitions }: Topics, count: number, from = 0): Promise<void> {
    for (const partition of partitionsOf(partitions)) {
      await harness().append(
        input,
        partition,
        Array.from({ length: count }, (_, i) => textRecord(`p${partition}-${from + i}`)),
      );
    }
  }

  async function outputOf({ output }: Topics, partition: number): Promise<readonly string[]> {
    return (await harness().readAll(output, partition)).map(({ value }) => textOf(value));
  }

  async function isDone(topics: Topics, count: number): Promise<boolean> {
    const outputs = await Promise.all(partitionsOf(topics.partitions).map((partition) => outputOf(topics, partition)));
    return outputs.every((output) => output.length >= count);
  }

  /** Each record once, in order, numbered without a hole: nothing lost, nothing doubled, nobody began from a wrong state. */
  async function expectNumbered(topics: Topics, count: number): Promise<void> {
    for (const partition of partitionsOf(topics.partitions)) {
      const expected = Array.from({ length: count }, (_, i) => `${i} p${partition}-${i}`);
      expect(await outputOf(topics, partition)).toEqual(expected);
    }
  }

  describe(`${name} keeps the contract of shared work`, () => {
    test('every record of every partition is in exactly one committed step, in order', async () => {
      const topics = await makeTopics();
      await fill(topics, 100);
      const member = await join(topics);
      await fill(topics, 100, 100);
      await until(() => isDone(topics, 200));
      await expectNumbered(topics, 200);
      expect(member.status().partitions).toHaveLength(PARTITIONS);
      await until(() => member.status().partitions.every(({ lag, phase }) => lag === 0n && phase === 'running'));
      expect(member.status()).toMatchObject({ rollbacks: 0, fenced: 0 });
    });

    test('keys, times and headers of input come to the task as they were written', async () => {
      const topics = await makeTopics(1);
      const headers = harness().keepsHeaders ? { from: 'here', empty: '' } : {};
      await harness().append(topics.input, 0, [
        { key: 'a key', timeMs: 1_700_000_123_456, value: Buffer.from('x'), headers },
      ]);
      await join(topics);
      await until(() => isDone(topics, 1));
      const [record] = await harness().readAll(topics.output, 0);
      expect(record).toMatchObject({ key: 'a key', timeMs: 1_700_000_123_456, headers });
    });

    test('a step that fails after it has written leaves nothing to be seen, and is taken again', async () => {
      const topics = await makeTopics();
      await fill(topics, 100);
      let steps = 0;
      const member = await join(topics, {
        beforeCommit: () => {
          if (++steps % 3 === 0) throw new Error('this step fails');
        },
      });
      await until(() => isDone(topics, 100));
      await expectNumbered(topics, 100);
      const { rollbacks, fenced } = member.status();
      expect(rollbacks).toBeGreaterThan(0);
      expect(fenced).toBe(0);
    });

    test('a step is not committed when one of its appends failed, even if its task took no notice', async () => {
      const topics = await makeTopics(1);
      await fill(topics, 10);
      let fails = true;
      const open = async (place: InputPlace) => {
        const task = numberingTask({ place, ...topics });
        const step = async (records: readonly StoredHeadedRecord[], transaction: Transaction) => {
          if (fails) await transaction.append(topics.output, NO_SUCH_PARTITION, [textRecord('x')]).catch(() => {});
          await task.step(records, transaction).catch(() => {});
        };
        return { ...task, step };
      };
      const member = await join(topics, {}, { open });
      await until(() => member.status().rollbacks > 0);
      expect(await outputOf(topics, 0)).toEqual([]);
      expect(member.status().commits).toBe(0);
      fails = false;
      await until(() => isDone(topics, 10));
      await expectNumbered(topics, 10);
    });

    test('what a task appends after its step ended is refused: it would be part of the next one', async () => {
      const topics = await makeTopics(1);
      await fill(topics, 10);
      const kept: Transaction[] = [];
      const open = async (place: InputPlace) => {
        const task = numberingTask({ place, ...topics });
        const step = (records: readonly StoredHeadedRecord[], transaction: Transaction) => {
          kept.push(transaction);
          return task.step(records, transaction);
        };
        return { ...task, step };
      };
      await join(topics, {}, { open });
      await until(() => isDone(topics, 10));
      await expect(kept[0]?.append(topics.output, 0, [textRecord('late')])).rejects.toThrow();
      await fill(topics, 10, 10);
      await until(() => isDone(topics, 20));
      await expectNumbered(topics, 20);
    });

    test('a partition whose steps fail says why, holds up no other, and goes on when they succeed', async () => {
      const topics = await makeTopics();
      await fill(topics, 50);
      let fails = true;
      const member = await join(topics, {
        beforeCommit: ({ partition }) => {
          if (fails && partition === 2) throw new Error('partition 2 is not wanted');
        },
      });
      await until(async () => (await outputOf(topics, 1)).length === 50 && statusOf(member, 2)?.phase === 'failing');
      expect(statusOf(member, 2)).toMatchObject({ lastError: 'partition 2 is not wanted', inputNext: 0n });
      expect(await outputOf(topics, 2)).toEqual([]);
      fails = false;
      await until(() => isDone(topics, 50));
      await expectNumbered(topics, 50);
      await until(() => statusOf(member, 2)?.phase === 'running');
      expect(statusOf(member, 2)?.lastError).toBeNull();
    });

    test('a partition that cannot begin says why until it has begun, whether there is input or not', async () => {
      const topics = await makeTopics(1);
      let fails = true;
      const open = async (place: InputPlace) => {
        if (fails) throw new Error('the state cannot be opened');
        return numberingTask({ place, ...topics });
      };
      const member = await join(topics, {}, { open });
      await until(() => statusOf(member, 0)?.lastError === 'the state cannot be opened');
      expect(statusOf(member, 0)?.phase).toBe('failing');
      fails = false;
      await until(() => statusOf(member, 0)?.phase === 'running');
      expect(statusOf(member, 0)?.lastError).toBeNull();
    });

    test('a new owner knows from the changelog alone what the last committed step knew', async () => {
      const topics = await makeTopics();
      await fill(topics, 60);
      let steps = 0;
      const first = await join(topics, {
        beforeCommit: () => {
          if (++steps > 6) throw new Error('the rest is for the next owner');
        },
      });
      await until(() => first.status().rollbacks > 2);
      await first.stop(5_000);
      await join(topics);
      await until(() => isDone(topics, 60));
      await expectNumbered(topics, 60);
    });

    test('the task says from where on it wants to be told', async () => {
      const topics = await makeTopics(1);
      await fill(topics, 60);
      const first = await join(topics);
      await until(() => isDone(topics, 60));
      await first.stop(5_000);
      const readChangelog = () => harness().readAll(topics.changelog, 0);
      await until(async () => textOf((await readChangelog()).at(-1)?.value ?? new Uint8Array()).includes('"count":60'));
      const kept = await readChangelog();
      const from = kept[1]?.offset ?? 0n;
      const told: StoredHeadedRecord[] = [];
      await join(
        topics,
        {},
        {
          open: async (place) => {
            const task = numberingTask({ place, ...topics });
            return {
              ...task,
              restoreFrom: () => from,
              restore: (records) => {
                told.push(...records);
                return task.restore(records);
              },
            };
          },
        },
      );
      await fill(topics, 1, 60);
      await until(() => isDone(topics, 61));
      expect(told.map(({ offset }) => offset)).toEqual(kept.slice(1).map(({ offset }) => offset));
      await expectNumbered(topics, 61);
    });

    test('members that come and go share the partitions, and nothing is lost, doubled or out of order', async () => {
      const topics = await makeTopics();
      const owners = new Map<string, number>();
      const busy = { most: 0 };
      const counting = (by: number) => ({
        open: async (place: InputPlace) => {
          const key = `${place.partition}`;
          owners.set(key, (owners.get(key) ?? 0) + by);
          busy.most = Math.max(busy.most, owners.get(key) ?? 0);
          const onClose = () => void owners.set(key, (owners.get(key) ?? 0) - by);
          return numberingTask({ place, ...topics, onClose });
        },
      });
      let filled = 0;
      const fillMore = async () => {
        await fill(topics, 40, filled);
        filled += 40;
      };
      const first = await join(topics, {}, counting(1));
      await fillMore();
      await until(() => first.status().partitions.length === PARTITIONS);
      const [second, third] = [await join(topics, {}, counting(1)), await join(topics, {}, counting(1))];
      await fillMore();
      await until(() => {
        const counts = [first, second, third].map((member) => member.status().partitions.length).sort();
        return counts.join() === '1,1,2';
      });
      await fillMore();
      await first.stop(5_000);
      await fillMore();
      await until(() => [second, third].every((member) => member.status().partitions.length === PARTITIONS / 2));
      await until(() => isDone(topics, filled));
      await expectNumbered(topics, filled);
      // Whoever had a partition had closed it before the next one opened it.
      expect(busy.most).toBe(1);
      for (const member of [first, second, third]) expect(member.status().fenced).toBe(0);
    });

    test('a member that stops ends after its steps and leaves its partitions to the others at once', async () => {
      const topics = await makeTopics();
      const stopping = await join(topics);
      await until(() => stopping.status().partitions.length === PARTITIONS);
      const staying = await join(topics);
      await until(() => staying.status().partitions.length === PARTITIONS / 2);
      await fill(topics, 40);
      await stopping.stop(5_000);
      // Were it not told, the group would wait for the session of a minute.
      await until(() => staying.status().partitions.length === PARTITIONS, 20_000);
      await until(() => isDone(topics, 40));
      await expectNumbered(topics, 40);
      expect(stopping.status()).toMatchObject({ partitions: [], fenced: 0 });
    });

    test('a step holds no more records than asked for, and steps of a partition never overlap', async () => {
      const topics = await makeTopics(1);
      await fill(topics, 100);
      const sizes: number[] = [];
      let running = 0;
      let most = 0;
      await join(
        topics,
        {
          beforeCommit: async (_, records) => {
            sizes.push(records.length);
            most = Math.max(most, ++running);
            await new Promise((resolve) => setImmediate(resolve));
            running--;
          },
        },
        { stepRecordsMax: 7 },
      );
      await until(() => isDone(topics, 100));
      await expectNumbered(topics, 100);
      expect(Math.max(...sizes)).toBe(7);
      expect(most).toBe(1);
    });

    test('a step holds about as many bytes as asked for, and a larger record alone', async () => {
      const topics = await makeTopics(1);
      const large = 'x'.repeat(5_000);
      await harness().append(
        topics.input,
        0,
        ['a', 'b', 'c', large, 'd'].map((text) => textRecord(text)),
      );
      const steps: string[][] = [];
      const beforeCommit = (_: InputPlace, records: readonly StoredHeadedRecord[]) => {
        steps.push(records.map(({ value }) => textOf(value)));
      };
      await join(topics, { beforeCommit }, { stepBytesMax: 2_000 });
      await until(() => isDone(topics, 5));
      expect(steps.find((step) => step.includes(large))).toEqual([large]);
    });

    test('a step puts state by key with everything else it writes, and the next owner finds it', async () => {
      const topics = await makeTopics(2);
      await fill(topics, 50);
      let steps = 0;
      const keyed = {
        inputs: [{ topic: topics.input, changelog: topics.changelog, keyed: true }],
        open: async (place: InputPlace, state: KeyedState) =>
          countingTask(place, state, topics.output, () => {
            if (++steps % 3 === 0) throw new Error('this step fails');
          }),
      };
      const first = await join(topics, {}, keyed);
      await until(() => isDone(topics, 50));
      await first.stop(5_000);
      await fill(topics, 50, 50);
      await join(topics, {}, keyed);
      await until(() => isDone(topics, 100));
      // Each record says how many came before it, and how many of its last digit; of the digits only the even ones are remembered.
      for (const partition of [0, 1]) {
        const expected = Array.from(
          { length: 100 },
          (_, i) => `${i} ${i % 2 === 0 ? Math.floor(i / 10) : 0} p${partition}-${i}`,
        );
        expect(await outputOf(topics, partition)).toEqual(expected);
      }
    });

    test('what committed steps left under a key is told to whoever asks, while others work and when nobody does', async () => {
      const topics = await makeTopics(2);
      const input = { topic: topics.input, changelog: topics.changelog, keyed: true };
      const asked = (key: string) => harness().work.lastPuts({ group: topics.group, input, key });
      expect(await asked('next')).toEqual([null, null]);
      await fill(topics, 40);
      let isBroken = false;
      const member = await join(
        topics,
        {},
        {
          inputs: [input],
          open: async (place, state) =>
            keyedTask({
              step: (transaction, records) => {
                transaction.put('first', place.partition === 0 ? Buffer.from('here') : null);
                transaction.put('from', Buffer.from(String((records.at(-1)?.offset ?? -1n) + 1n)));
                for (const record of records) transaction.put(`record ${record.offset}`, record.value);
                transaction.put('next', Buffer.from(textOf(records.at(-1)?.value ?? Buffer.from('none'))));
                if (isBroken) throw new Error('this step fails');
              },
              inputFrom: () => BigInt(textOf(state.get('from') ?? Buffer.from('0'))),
            }),
        },
      );
      const texts = async (key: string) => (await asked(key)).map((value) => (value === null ? null : textOf(value)));
      await until(async () => String(await texts('next')) === 'p0-39,p1-39');
      isBroken = true;
      await fill(topics, 100, 40);
      await until(() => member.status().rollbacks > 2);
      expect(await texts('next')).toEqual(['p0-39', 'p1-39']);
      expect(await texts('first')).toEqual(['here', null]);
      expect(await texts('another')).toEqual([null, null]);
      await member.stop(5_000);
      expect(await texts('next')).toEqual(['p0-39', 'p1-39']);
    });

    test('state is handed out in the order of its bytes, and each partition of each group has its own', async () => {
      const topics = await makeTopics(2);
      await fill(topics, 1);
      const keys = ['b', 'a', 'ab', '\uffee', '\u{1f600}', 'é', 'c'];
      const seen = new Map<string, readonly string[]>();
      const open =
        (group: string) =>
        async ({ partition }: InputPlace, state: KeyedState) =>
          keyedTask({
            step: (transaction) => {
              for (const key of keys) transaction.put(key, Buffer.from(`${group} ${partition}`));
              transaction.put('gone', Buffer.of(1));
              transaction.put('gone', null);
            },
            committed: () => {
              const found = state.range('a', '\u{10ffff}', 100);
              for (const { value } of found) expect(textOf(value)).toBe(`${group} ${partition}`);
              seen.set(
                `${group} ${partition}`,
                found.map(({ key }) => key),
              );
              expect(state.range('ab', 'c', 100).map(({ key }) => key)).toEqual(['ab', 'b']);
              expect(state.range('a', 'z', 2).map(({ key }) => key)).toEqual(['a', 'ab']);
              expect(state.get('none')).toBeNull();
            },
          });
      const inputs = [{ topic: topics.input, changelog: topics.changelog, keyed: true }];
      const others = await makeTopics(2);
      await join(topics, {}, { inputs, open: open('one') });
      const changelog = others.changelog;
      await join(
        topics,
        {},
        { group: 'another', inputs: [{ topic: topics.input, changelog, keyed: true }], open: open('two') },
      );
      await until(() => seen.size === 4);
      for (const found of seen.values()) expect(found).toEqual(['a', 'ab', 'b', 'c', 'é', '\uffee', '\u{1f600}']);
    });

    test('a task that wants a step without input gets one', async () => {
      const topics = await makeTopics(1);
      let wanted = true;
      const member = await join(topics, {
        wantsStep: () => wanted,
        beforeCommit: (_, records) => {
          expect(records).toEqual([]);
        },
        onCommitted: () => {
          wanted = false;
        },
      });
      await until(async () => (await harness().readAll(topics.changelog, 0)).length > 0);
      await until(() => member.status().commits > 0);
      expect(await harness().readAll(topics.changelog, 0)).toHaveLength(1);
      expect(member.status().commits).toBe(1);
      expect(await harness().readAll(topics.output, 0)).toEqual([]);
    });
  });
}

/** Numbers what comes, and counts it by its last digit, in state by key. */
function countingTask(place: InputPlace, state: KeyedState, output: string, beforeCommit: () => void): PartitionTask {
  const numberAt = (key: string) => Number(textOf(state.get(key) ?? Buffer.from('0')));
  return keyedTask({
    inputFrom: () => BigInt(numberAt('next')),
    step: (transaction, records) => {
      const counts = new Map<string, number>();
      const count = (key: string) => {
        const before = counts.get(key) ?? numberAt(key);
        counts.set(key, before + 1);
        return before;
      };
      const lines = records.map((record) => {
        const text = textOf(record.value);
        const digit = text.slice(-1);
        return textRecord(`${count('all')} ${Number(digit) % 2 === 0 ? count(digit) : 0} ${text}`);
      });
      transaction.write(output, place.partition, lines);
      for (const [key, value] of counts) transaction.put(key, Buffer.from(String(value)));
      transaction.put('next', Buffer.from(String((records.at(-1)?.offset ?? -1n) + 1n)));
      beforeCommit();
    },
  });
}

interface KeyedSteps {
  readonly inputFrom?: () => bigint;
  readonly step: (transaction: Transaction, records: readonly StoredHeadedRecord[]) => void;
  readonly committed?: () => void;
}

function keyedTask({ inputFrom = () => 0n, step, committed = () => {} }: KeyedSteps): PartitionTask {
  return {
    restoreFrom: () => 0n,
    restore: () => {
      throw new Error('a keyed task is not told to restore');
    },
    inputFrom,
    wantsStep: () => false,
    step: async (records, transaction) => step(transaction, records),
    committed,
    rolledBack: () => {},
    close: async () => {},
  };
}

function partitionsOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, partition) => partition);
}

function statusOf(member: WorkMember, partition: number) {
  return member.status().partitions.find((each) => each.partition === partition);
}
