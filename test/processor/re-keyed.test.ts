import { describe, expect, onTestFinished, test } from 'vitest';
import { compileDefinedJob } from '../../src/processor/compile-defined-job.ts';
import { defineJob, type JobDefinition, pattern, sessionsOf, sliding } from '../../src/processor/define-job.ts';
import type { Members } from '../../src/processor/patterns/pattern.ts';
import { randomFrom } from '../support/random.ts';
import { type KeyedOutput, markOf, runReKeyed, type Sent, sentFrom } from '../support/re-keyed-job.ts';
import { openJobs, sampleModel } from '../support/running-jobs.ts';
import type { GivenEvent } from '../support/stamped-events.ts';
import { until } from '../support/until.ts';

const T0 = Date.UTC(2026, 2, 1);
const PARTITIONS = 3;
const END_US = (T0 + 86_400_000) * 1000;

const model = sampleModel();
type Work = Partial<JobDefinition<Members, unknown>>;

function byMerchant(work: Work) {
  const definition = { name: 'spread', kind: 'transaction', key: 'merchant', ...work };
  return compileDefinedJob(defineJob(definition as JobDefinition<Members, unknown>), model, { builtIn: false });
}

/** Tells with every event all that it was asked about before. */
const inOrder = {
  initially: () => [],
  onEvent(_event: Members, before: unknown, { raise, id }: { id: string; raise(reason: string): void }) {
    const seen = [...(before as readonly string[]), id];
    raise(seen.join(' '));
    return seen;
  },
};

/** Out of order by up to 25 s where 10 s are allowed for: some are late, some so late that nothing takes them any more. */
function eventsOf(partition: number, random: (below: number) => number): readonly GivenEvent[] {
  return Array.from({ length: 25 }, (_, i) => ({
    key: `user-${partition}`,
    id: `${partition}-${i}`,
    timeMs: T0 + i * 3_000 + random(8_000) - (random(4) === 0 ? random(25_000) : 0),
    members: { merchant: `m-${random(2)}`, amount: `${random(5)}` },
  }));
}

/** One after the other, in any way that leaves the order of each partition. */
function interleaved(all: readonly (readonly Sent[])[], random: (below: number) => number): readonly Sent[] {
  const next = all.map(() => 0);
  const taken: Sent[] = [];
  for (;;) {
    const open = all.flatMap((sent, at) => ((next[at] ?? 0) < sent.length ? [at] : []));
    const at = open[random(open.length)];
    if (at === undefined) return taken;
    // Runs of one partition, as where another is far behind.
    for (let run = 1 + random(20); run > 0 && (next[at] ?? 0) < (all[at]?.length ?? 0); run--) {
      taken.push(all[at]?.[next[at] ?? 0] as Sent);
      next[at] = (next[at] ?? 0) + 1;
    }
  }
}

/** What is there when all is over: of the results of a window the last, of a window that is no more none. */
function standing(outputs: readonly KeyedOutput[]): readonly string[] {
  const windows = new Map<string, string>();
  const others: string[] = [];
  for (const { stream, record, key } of outputs) {
    if (stream === 'alerts') others.push(`${key} ${record.id} ${record.matchedAtUs} ${record.reason}`);
    if (stream === 'late') others.push(`${key} late ${record.event.id} ${record.missedEndUs} ${record.corrected}`);
    if (stream !== 'results') continue;
    const window = `${key} ${record.startUs}-${record.endUs}`;
    if (Object.keys(record.values).length === 0) windows.delete(window);
    else windows.set(window, JSON.stringify(record.values));
  }
  return [...others, ...[...windows].map(([window, values]) => `${window} ${values}`)].toSorted();
}

describe('of a job whose key is not that of its kind, what is there in the end is the same whichever partition was read first:', () => {
  const window = { measures: ['count'], allowedLateness: '3s' } as const;
  const works: readonly (readonly [string, Work])[] = [
    ['the order in which a rule sees events', { inOrder }],
    ['the same with a lateness allowed', { inOrder, allowedLateness: '2s' }],
    [
      'matches of a pattern',
      {
        pattern: pattern()
          .first('small', { amount: { lt: '2' } })
          .followedBy('large', { amount: { gt: '2' } })
          .within('20s'),
      },
    ],
    [
      'absences',
      {
        pattern: pattern()
          .first('small', { amount: { lt: '2' } })
          .notFollowedBy('large', { amount: { gt: '3' } })
          .within('8s'),
      },
    ],
    ['windows', { ...window, window: sliding('10s', '5s') }],
    ['windows that late events do not correct', { ...window, window: sliding('10s', '5s'), late: 'SIDE_OUTPUT' }],
    ['windows of sessions', { ...window, window: sessionsOf('2s') }],
    ['windows of sessions that late events do not correct', { ...window, window: sessionsOf('2s'), late: 'DISCARD' }],
  ];

  test.each(works)('%s', async (_name, work) => {
    for (let seed = 1; seed <= 5; seed++) {
      const random = randomFrom(seed);
      const all = Array.from({ length: PARTITIONS }, (_, partition) => [
        ...sentFrom(partition, eventsOf(partition, random), () => 1 + random(4)),
        markOf(partition, END_US),
      ]);
      const job = byMerchant(work);
      const expected = standing(await runReKeyed(job, all.flat(), PARTITIONS));
      expect(expected.length).toBeGreaterThan(3);
      for (const sent of [all.toReversed().flat(), ...Array.from({ length: 6 }, () => interleaved(all, random))]) {
        expect(standing(await runReKeyed(job, sent, PARTITIONS)), `seed ${seed}`).toEqual(expected);
      }
    }
  });

  test('a rule sees what is in time in the order of event time, a partition that is behind too', async () => {
    const random = randomFrom(3);
    const events = Array.from({ length: PARTITIONS }, (_, partition) => eventsOf(partition, random));
    const all = events.map((each, partition) => [...sentFrom(partition, each, () => 5), markOf(partition, END_US)]);
    const outputs = await runReKeyed(byMerchant({ inOrder }), all.flat(), PARTITIONS);
    const late = outputs.flatMap(({ stream, record }) => (stream === 'late' ? [record.event.id] : []));
    const longest = outputs.flatMap(({ stream, record }) => (stream === 'alerts' ? [record.reason] : [])).at(-1) ?? '';
    const merchant = events.flat().find(({ id }) => longest.endsWith(` ${id}`))?.members?.merchant;
    const inTime = events.flat().filter(({ id, members }) => members?.merchant === merchant && !late.includes(id));
    const byTime = inTime.toSorted((a, b) => a.timeMs - b.timeMs || (a.id < b.id ? -1 : 1));
    expect(longest).toBe(byTime.map(({ id }) => id).join(' '));
    expect(late.length).toBeGreaterThan(3);
  });
});

test('a running job by another key gives the same alerts whichever partition it read first', async () => {
  const payment = (key: string, minute: number, floor: number): GivenEvent => {
    const [timeMs, floorMs] = [T0 + minute * 60_000, T0 + floor * 60_000];
    return { key, id: `${key}-${minute}`, timeMs, floorMs, members: { merchant: 'm' } };
  };
  // Of two partitions: the first is at minute 20 while what the second has is of minute 3.
  const ahead = [payment('user-1', 5, 0), payment('user-1', 21, 20)];
  const behind = [payment('user-3', 3, 0)];
  const alerts = async (first: readonly GivenEvent[], second: readonly GivenEvent[]) => {
    const jobs = await openJobs({ partitions: 2 });
    onTestFinished(() => jobs.stop());
    await jobs.runner.start(byMerchant({ inOrder }));
    await jobs.append(first);
    await until(() => jobs.runner.statuses()[0]?.recordsProcessed === first.length);
    await jobs.caughtUp();
    await jobs.append(second);
    await until(() => jobs.runner.statuses()[0]?.recordsProcessed === 3);
    jobs.publish(T0 + 86_400_000);
    await until(async () => (await jobs.written('alerts')).length === 3);
    return (await jobs.written('alerts')).map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1)).reason);
  };
  const inOrderOfTime = ['user-3-3', 'user-3-3 user-1-5', 'user-3-3 user-1-5 user-1-21'];
  expect(await alerts(ahead, behind)).toEqual(inOrderOfTime);
  expect(await alerts(behind, ahead)).toEqual(inOrderOfTime);
});
