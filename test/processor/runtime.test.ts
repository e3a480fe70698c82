import { describe, expect, onTestFinished, test } from 'vitest';
import type { PartitionWork } from '../../src/log/partition-work.ts';
import type { Operator } from '../../src/processor/operator.ts';
import { alarmOperator, gapOperator, testJob } from '../support/gap-operator.ts';
import { randomFrom } from '../support/random.ts';
import { type JobsHere, type JobsOptions, openJobs } from '../support/running-jobs.ts';
import type { GivenEvent } from '../support/stamped-events.ts';
import { until } from '../support/until.ts';

const T0 = Date.UTC(2026, 2, 1);
const GAP_MS = 60_000;

async function open(options: JobsOptions = {}): Promise<JobsHere> {
  const jobs = await openJobs(options);
  onTestFinished(() => jobs.stop());
  return jobs;
}

/** Many keys, time going on by a second an event, out of order by up to 15 s: some are late. */
function stream(count: number, seed = 1, keys = 40): readonly GivenEvent[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, i) => ({
    key: `user-${random(keys)}`,
    id: `t-${i}`,
    timeMs: T0 + i * 1000 - random(15_000),
    members: { amount: `${random(2000)}.50`, note: 'naïve "quoted" – 😀' },
  }));
}

function valuesOf(written: readonly string[]) {
  return written.map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1)).values);
}

describe('one job', () => {
  test('wakes keys in the order of their times, ties by key, before the event whose watermark reached them', async () => {
    const jobs = await open({ partitions: 1 });
    await jobs.append([
      { key: 'b', id: '1', timeMs: T0 },
      { key: 'a', id: '2', timeMs: T0 },
      { key: 'c', id: '3', timeMs: T0 - 5_000 },
      // Its watermark is ten seconds before it: exactly where the gap of a and b ends. It meets what came before it, and raises nothing itself.
      { key: 'a', id: '4', timeMs: T0 + GAP_MS + 10_000 },
      { key: 'd', id: '5', timeMs: T0 + GAP_MS + 10_000 },
    ]);
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    const [first, ...others] = valuesOf(await jobs.written('results'));
    expect(first).toEqual({ count: 1, key: 'c', watermarkUs: (T0 + GAP_MS - 5_000) * 1000 });
    // The event of a came before the watermark did: its gap goes on from there.
    expect(others).toEqual([{ count: 1, key: 'b', watermarkUs: (T0 + GAP_MS) * 1000 }]);
  });

  test('an event exactly at the watermark it meets is in time, one a microsecond before it is late, and the first of all is in time', async () => {
    const jobs = await open({ partitions: 1 });
    await jobs.append([
      { key: 'a', id: 'first', timeMs: T0 },
      { key: 'a', id: 'at', timeMs: T0 - 10_000 },
      { key: 'a', id: 'before', timeMs: T0 - 10_000 - 0.001 },
    ]);
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    const late = await jobs.written('late');
    expect(late).toHaveLength(1);
    expect(late[0]).toContain('"id":"before"');
  });

  test('a quiet stream goes on with the watermark of its kind, and gives what an event would have given', async () => {
    const events = [{ key: 'a', id: '1', timeMs: T0 }];
    const [quiet, busy] = [await open({ partitions: 1 }), await open({ partitions: 1 })];
    for (const jobs of [quiet, busy]) {
      await jobs.append(events);
      await jobs.runner.start(testJob());
      await jobs.caughtUp();
    }
    quiet.publish(T0 + GAP_MS - 1);
    await quiet.caughtUp();
    expect(await quiet.written('results')).toEqual([]);
    quiet.publish(T0 + GAP_MS + 500);
    await until(async () => (await quiet.written('results')).length > 0);
    const far = T0 + 10 * GAP_MS;
    await busy.append([{ key: 'b', id: '2', timeMs: far, floorMs: far - 10_000 }]);
    await until(async () => (await busy.written('results')).length > 0);
    expect(await quiet.written('results')).toEqual(await busy.written('results'));
  });

  test('leaves out what its filter leaves out, and other tenants, whose keys are keys of their own', async () => {
    const jobs = await open({ partitions: 1 });
    const [events, far] = [stream(50, 3, 3), T0 + 10 * GAP_MS];
    await jobs.append([
      ...events.map((event) => ({ ...event, tenant: 'a' })),
      ...events.map((event) => ({ ...event, tenant: 'b/c %' })),
      { tenant: 'a', key: 'end', id: 'end', timeMs: far, floorMs: far },
    ]);
    const where = ({ members }: { readonly members: Readonly<Record<string, unknown>> }) => members.amount !== '1.50';
    const source = { topic: 'transactions', keyField: 'userId', where };
    await jobs.runner.start(testJob({ tenant: 'b/c %', sources: [source] }));
    await jobs.caughtUp();
    const counts = valuesOf(await jobs.written('results')).map(({ count }) => count);
    const late = (await jobs.written('late')).length;
    expect(counts.reduce((total, count) => total + count, 0) + late).toBe(50);
    expect(jobs.runner.statuses()[0]).toMatchObject({ recordsProcessed: 50, late });
    expect((await jobs.written('results')).every((line) => line.includes('"_tenant":"b/c %"'))).toBe(true);
  });

  test('counts what is late, and leaves it out of the stream where it discards it', async () => {
    const jobs = await open();
    await jobs.append(stream(300));
    await jobs.runner.start(testJob({ name: 'keeps' }));
    await jobs.runner.start(testJob({ name: 'discards', discardsLate: true }));
    await jobs.caughtUp();
    const [keeps, discards] = jobs.runner.statuses();
    expect(keeps?.late).toBeGreaterThan(3);
    expect(discards?.late).toBe(keeps?.late);
    const late = await jobs.written('late');
    expect(late).toHaveLength(keeps?.late ?? 0);
    expect(late.every((line) => line.includes('"job":"keeps"'))).toBe(true);
  });
});

describe('timers', () => {
  /** Keys of every kind: some need a place of their own, some sort otherwise in UTF-16 than in bytes. */
  const keys = ['a', 'b', 'é', '\uffee', '\u{1f600}', 'x'.repeat(700), `${'y'.repeat(700)}1`, `${'y'.repeat(700)}2`];

  function alarms(count: number): readonly GivenEvent[] {
    const random = randomFrom(41);
    return Array.from({ length: count }, (_, i) => ({
      key: keys[random(keys.length)] ?? '',
      id: `a-${i}`,
      timeMs: T0 + i * 1000,
      // Before the watermark, between the events, far ahead; many at the same time.
      members: { alarmUs: (T0 + (i - 30 + random(90)) * 1000) * 1000 },
    }));
  }

  /** Before each event whoever is due, in the order of times. Only what is due at the same time may come in any order. */
  function bruteForce(events: readonly GivenEvent[]): readonly string[] {
    const pending = new Map<string, number[]>();
    const fired: string[] = [];
    let watermarkUs = Number.NEGATIVE_INFINITY;
    const fire = (reachedUs: number) => {
      for (;;) {
        const due = [...pending].flatMap(([key, [first]]) =>
          first !== undefined && first <= reachedUs ? [{ key, first }] : [],
        );
        const [next] = due.toSorted((a, b) => a.first - b.first || (a.key < b.key ? -1 : 1));
        if (next === undefined) return;
        const seenUs = Math.max(next.first, watermarkUs);
        const all = pending.get(next.key) ?? [];
        fired.push(`${next.first} ${next.key} ${JSON.stringify(all.filter((each) => each <= seenUs))}`);
        pending.set(
          next.key,
          all.filter((each) => each > seenUs),
        );
      }
    };
    let newestMs = Number.NEGATIVE_INFINITY;
    for (const { key, timeMs, members } of events) {
      const metUs = (newestMs - 10_000) * 1000;
      fire(metUs);
      watermarkUs = Math.max(watermarkUs, metUs);
      newestMs = Math.max(newestMs, timeMs);
      pending.set(
        key,
        [...(pending.get(key) ?? []), Number(members?.alarmUs)].toSorted((a, b) => a - b),
      );
    }
    return fired;
  }

  test.each([1, 7, 8192])(
    'fire as by brute force, earlier and later ones than before, in steps of %i',
    async (stepRecordsMax) => {
      const jobs = await open({ partitions: 1, runner: { stepRecordsMax, stateBytesInMemory: 1 } });
      const events = alarms(400);
      await jobs.append(events);
      await jobs.runner.start(testJob({ operator: alarmOperator() }));
      await jobs.caughtUp();
      const fired = (await jobs.written('results')).map((line) => {
        const { startUs, values } = JSON.parse(line.slice(line.indexOf(' ') + 1));
        return `${startUs} ${values.key} ${JSON.stringify(values.due)}`;
      });
      const expected = bruteForce(events);
      expect(fired.toSorted()).toEqual(expected.toSorted());
      const times = (lines: readonly string[]) => lines.map((line) => line.split(' ')[0]);
      expect(times(fired)).toEqual(times(expected));
    },
  );
});

describe('whatever happens, the outputs are those of a run without it, byte for byte', () => {
  const events = stream(1_500, 7);

  async function undisturbed(): Promise<Outputs> {
    const jobs = await open();
    await jobs.append(events);
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    return await outputs(jobs);
  }

  test('steps of any size, and a memory that holds next to nothing', async () => {
    const jobs = await open({ runner: { stepRecordsMax: 3, stateBytesInMemory: 1 } });
    await jobs.append(events);
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    expect(await outputs(jobs)).toEqual(await undisturbed());
  });

  test('stopped and started again and again', async () => {
    let jobs = await open({ runner: { stepRecordsMax: 11 } });
    const random = randomFrom(3);
    await jobs.append(events);
    for (let i = 0; i < 25; i++) {
      await jobs.runner.start(testJob());
      const some = random(60);
      await until(() => (jobs.runner.statuses()[0]?.recordsProcessed ?? 0) >= Math.min(1_500, some + i * 50));
      jobs = await jobs.restart();
    }
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    expect(await outputs(jobs)).toEqual(await undisturbed());
    expect(jobs.runner.statuses()[0]?.recordsProcessed).toBe(1_500);
  });

  test('every third step is rolled back after it was decided', async () => {
    let steps = 0;
    const jobs = await open({
      around: (work) => failing(work, () => ++steps % 3 === 0),
      runner: { stepRecordsMax: 100 },
    });
    await jobs.append(events);
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    expect(await outputs(jobs)).toEqual(await undisturbed());
    expect(steps).toBeGreaterThan(10);
  });

  test('replayed from the first record under another name', async () => {
    const jobs = await open();
    await jobs.append(events);
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    const first = await outputs(jobs);
    await jobs.runner.cancel({ name: 'gaps', tenant: null });
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    const both = await outputs(jobs);
    for (const stream of ['results', 'late'] as const) {
      const again = both[stream].filter((line) => !first[stream].includes(line));
      const bytes = (line: string) => line.slice(line.indexOf(' ') + 1);
      expect(again.map(bytes)).toEqual(first[stream].map(bytes));
    }
  });
});

describe('control', () => {
  const name = { name: 'gaps', tenant: null };

  test('an operator that throws stops its job, which says where; others go on', async () => {
    const jobs = await open({ partitions: 1 });
    await jobs.append(stream(100));
    const operator = {
      ...gapOperator(GAP_MS),
      onEvent: (event: { readonly offset: bigint }) => {
        if (event.offset === 50n) throw new Error('cannot take this');
        return null;
      },
    };
    await jobs.runner.start(testJob({ name: 'broken', operator }));
    await jobs.runner.start(testJob());
    await until(() => jobs.runner.status({ name: 'broken', tenant: null })?.status === 'FAILED');
    expect(jobs.runner.status({ name: 'broken', tenant: null })?.error).toBe(
      'broken failed at offset 50 of transactions/0: cannot take this',
    );
    await until(() => jobs.runner.status(name)?.recordsProcessed === 100);
  });

  test('a state that is larger than Kafka would take stops its job on any log, and says of which key; what was before it stays', async () => {
    const jobs = await open({ partitions: 1, runner: { stepRecordsMax: 1 } });
    await jobs.append(['a', 'b', 'a'].map((key, i) => ({ key, id: `${i}`, timeMs: T0 })));
    const operator: Operator<number> = {
      onEvent: ({ key }, times) => (key === 'a' ? (times ?? 0) + 1 : null),
      onWake: (times) => times,
      wakeAtUs: () => null,
      encode: (times) => new Uint8Array(times * 4 * 1024 * 1024),
      decode: (bytes) => bytes.byteLength / (4 * 1024 * 1024),
    };
    await jobs.runner.start(testJob({ name: 'hoards', operator: operator as Operator<unknown> }));
    const status = () => jobs.runner.status({ name: 'hoards', tenant: null });
    await until(() => status()?.status === 'FAILED');
    expect(status()?.error).toMatch(
      /^hoards failed in partition 0, where the state of a of default was written: it takes 83886\d\d bytes, expected at most 7340032$/,
    );
    await until(() => status()?.recordsProcessed === 2);
  });

  test('an output that is larger than Kafka would take stops its job, which says where', async () => {
    const jobs = await open({ partitions: 1 });
    await jobs.append([{ key: 'a', id: '1', timeMs: T0 }]);
    const operator: Operator<number> = {
      ...(gapOperator(GAP_MS) as unknown as Operator<number>),
      onEvent: ({ timeUs }, _state, { emit }) => {
        const values = { all: 'x'.repeat(8 * 1024 * 1024) };
        emit({ stream: 'results', record: { startUs: timeUs, endUs: timeUs, revision: 0, values } });
        return null;
      },
    };
    await jobs.runner.start(testJob({ name: 'tells-all', operator: operator as Operator<unknown> }));
    const status = () => jobs.runner.status({ name: 'tells-all', tenant: null });
    await until(() => status()?.status === 'FAILED');
    expect(status()?.error).toContain('failed at offset 0 of transactions/0: what it wrote to results takes 8388');
  });

  test('a paused job takes nothing, knows what it knew, and goes on where it was', async () => {
    const jobs = await open();
    await jobs.append(stream(200));
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    await jobs.runner.pause(name);
    await jobs.append([{ key: 'more', id: 'more', timeMs: T0 + 300_000 }]);
    const paused = jobs.runner.status(name);
    expect(paused).toMatchObject({ status: 'PAUSED', recordsProcessed: 200, uptimeMs: 0 });
    expect(paused?.stateKeys).toBeGreaterThan(0);
    await jobs.runner.resume(name);
    await until(() => jobs.runner.status(name)?.recordsProcessed === 201);
  });

  test('a replacement goes on with the state where it can read it, and is refused with the reason where it cannot', async () => {
    const jobs = await open();
    await jobs.append(stream(200));
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    const before = jobs.runner.status(name);
    await expect(jobs.runner.replace(testJob({ version: 2, stateShape: 'gaps/2' }))).rejects.toThrow(
      'cannot be carried over',
    );
    expect(jobs.runner.status(name)).toMatchObject({ version: 1, status: 'RUNNING' });
    await jobs.runner.replace(testJob({ version: 2, mode: 'SHADOW' }));
    await jobs.caughtUp();
    expect(jobs.runner.status(name)).toMatchObject({ version: 2, mode: 'SHADOW', stateKeys: before?.stateKeys });
    await jobs.append([{ key: 'end', id: 'end', timeMs: T0, floorMs: T0 + 3_600_000 }]);
    await jobs.append([{ key: 'end', id: 'end 2', timeMs: T0 + 3_600_000 }]);
    await until(async () =>
      (await jobs.written('results')).some((line) => line.includes('"jobVersion":2,"shadow":true')),
    );
  });

  test('a submitted job of another shape than its state fails at once and says what to do', async () => {
    let jobs = await open();
    const submitted = { name: 'gaps', tenant: 'default' };
    await jobs.append(stream(20));
    await jobs.runner.start(testJob(submitted));
    await jobs.caughtUp();
    jobs = await jobs.restart();
    await jobs.runner.start(testJob({ ...submitted, stateShape: 'gaps/2' }));
    await until(() => jobs.runner.status(submitted)?.status === 'FAILED');
    expect(jobs.runner.status(submitted)?.error).toContain('Cancel it and submit it anew');
  });
});

interface Outputs {
  readonly results: readonly string[];
  readonly late: readonly string[];
}

async function outputs(jobs: JobsHere): Promise<Outputs> {
  const found = { results: await jobs.written('results'), late: await jobs.written('late') };
  expect(found.results.length).toBeGreaterThan(10);
  return found;
}

/** Steps fail after the task has decided and written everything. */
function failing(work: PartitionWork, fails: () => boolean): PartitionWork {
  return {
    ...work,
    join: (options) =>
      work.join({
        ...options,
        open: async (place, state) => {
          const task = await options.open(place, state);
          return {
            ...task,
            step: async (records, transaction) => {
              await task.step(records, transaction);
              if (fails()) throw new Error('this step fails');
            },
          };
        },
      }),
  };
}

describe('a key other than that of the kind', () => {
  const byMerchant = (name = 'gaps') =>
    testJob({ name, sources: [{ topic: 'transactions', keyField: 'merchant', where: null }] });
  const events = stream(600, 5).map((event, i) => ({
    ...event,
    members: { merchant: `m-${i % 7}`, ...event.members },
  }));
  const end = T0 + 5_000_000;
  const ends = Array.from({ length: 8 }, (_, i) => ({ key: `end-${i}`, id: `end-${i}`, timeMs: end, floorMs: end }));

  /** What was counted by key, whatever the order in which partitions were read. */
  async function counted(jobs: JobsHere) {
    const found = [...(await jobs.written('results')), ...(await jobs.written('late'))];
    return found.map((line) => line.slice(line.indexOf('"key"')).replace(/"watermarkUs":\d+/, '')).toSorted();
  }

  test('every event comes to the partition of its key, and time goes on as far as all partitions have come', async () => {
    const jobs = await open({ partitions: 3, runner: { stepRecordsMax: 50 } });
    await jobs.append(events);
    await jobs.runner.start(byMerchant());
    await jobs.caughtUp();
    // The last of its marks may still be on their way.
    jobs.publish(end);
    await jobs.append(ends);
    await until(async () => valuesOf(await jobs.written('results')).length === 7);
    const results = valuesOf(await jobs.written('results'));
    expect(new Set(results.map(({ key }) => key)).size).toBe(7);
    const late = (await jobs.written('late')).length;
    expect(late).toBeGreaterThan(3);
    expect(results.reduce((total, { count }) => total + count, 0) + late).toBe(600);
    expect(jobs.runner.statuses()[0]).toMatchObject({ recordsProcessed: 608, late, status: 'RUNNING' });
    for (const line of await jobs.written('late')) expect(line).toContain('"topic":"transactions"');
  });

  test('stopped and started again and again, it counts the same', async () => {
    const undisturbed = await open({ partitions: 3 });
    await undisturbed.append([...events, ...ends]);
    await undisturbed.runner.start(byMerchant());
    undisturbed.publish(end);
    await until(async () => valuesOf(await undisturbed.written('results')).length === 7);
    let jobs = await open({ partitions: 3, runner: { stepRecordsMax: 20 } });
    await jobs.append([...events, ...ends]);
    jobs.publish(end);
    for (let i = 1; i < 12; i++) {
      await jobs.runner.start(byMerchant());
      await until(() => (jobs.runner.statuses()[0]?.recordsProcessed ?? 0) >= Math.min(608, i * 40));
      jobs = await jobs.restart();
    }
    await jobs.runner.start(byMerchant());
    await until(async () => valuesOf(await jobs.written('results')).length >= 7);
    await jobs.caughtUp();
    expect(await counted(jobs)).toEqual(await counted(undisturbed));
  });
});
