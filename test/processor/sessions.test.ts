import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import type { Job } from '../../src/processor/job.ts';
import { builtInJobs } from '../../src/processor/jobs/index.ts';
import type { SessionOutput } from '../../src/processor/operator.ts';
import { eventSource, storedEvent } from '../../src/processor/runtime/stored-event.ts';
import { type DriveOptions, driveJob } from '../support/drive-job.ts';
import {
  jobEvents,
  lateOf,
  resultsOf,
  type SaidEvent,
  seconds,
  sessionsOf,
  shuffledWithin,
  us,
} from '../support/job-events.ts';
import { openIngest } from '../support/open-ingest.ts';
import { randomFrom } from '../support/random.ts';
import { readTopic } from '../support/read-all.ts';

const model = loadDeclarations(join(import.meta.dirname, '../../schema/events'));
const kind = model.kinds.find(({ typeName }) => typeName === 'Activity') ?? fail('no kind Activity');
const job = builtIn('sessions');

const MINUTE = 60;
const GAP = 30 * MINUTE;
const DAY = 24 * 3600;

/** A page view of /a at second 0: view(0, 'a'). */
function view(at: number, page: string | null, more: Partial<SaidEvent> = {}): SaidEvent {
  return { at, ...more, members: { type: 'PAGE_VIEW', path: page === null ? null : `/${page}` } };
}

function click(at: number, more: Partial<SaidEvent> = {}): SaidEvent {
  return { at, ...more, members: { type: 'CLICK', path: '/clicked' } };
}

function drive(said: readonly SaidEvent[], options?: DriveOptions) {
  return driveJob(job, jobEvents(kind.plural, said), options);
}

function sessions(said: readonly SaidEvent[], options?: DriveOptions): readonly SessionOutput[] {
  return sessionsOf(drive(said, options));
}

/** `0-60 open #0 2/1 /a,/b` for each state that was published, with activities and page views. */
function told(outputs: readonly SessionOutput[]): readonly string[] {
  return outputs.map(({ startUs, endUs, open, revision, activities, pageViews, pages, mergedInto }) =>
    [
      `${seconds(startUs)}-${seconds(endUs)}`,
      mergedInto === null ? (open ? 'open' : 'closed') : 'merged',
      `#${revision}`,
      `${activities}/${pageViews}`,
      pages.join(','),
    ].join(' '),
  );
}

/** The last state of each session that is one still. */
function standing(outputs: readonly SessionOutput[]): readonly SessionOutput[] {
  const last = new Map(outputs.map((session) => [session.id, session]));
  return [...last.values()].filter(({ mergedInto }) => mergedInto === null);
}

describe('a session', () => {
  test('is published when it opens and when it closes, and every activity extends it', () => {
    expect(
      told(sessions([view(0, 'a'), click(20 * MINUTE), view(49 * MINUTE, 'b')], { untilUs: us(79 * MINUTE) })),
    ).toEqual([
      '0-0 open #0 1/1 /a',
      '0-1200 open #0 2/1 /a',
      '0-2940 open #0 3/2 /a,/b',
      '0-2940 closed #0 3/2 /a,/b',
    ]);
  });

  test('is not over a microsecond before 30 minutes have passed, and is over then', () => {
    const last = (untilUs: number) => sessions([view(0, 'a')], { untilUs }).at(-1);
    expect(last(us(GAP) - 1)?.open).toBe(true);
    expect(last(us(GAP))?.open).toBe(false);
  });

  test('a gap of exactly 30 minutes ends it, a microsecond less does not', () => {
    const ends = (gap: number) => standing(sessions([view(0, 'a'), view(gap, 'b')])).map(({ endUs }) => seconds(endUs));
    expect(ends(GAP)).toEqual([0, GAP]);
    expect(ends(GAP - 0.000001)).toEqual([GAP - 0.000001]);
    // Also where the earlier comes later.
    const reversed = (gap: number) => standing(sessions([view(gap, 'b', { met: 0 }), view(0, 'a', { met: 0 })])).length;
    expect([reversed(GAP), reversed(GAP - 0.000001)]).toEqual([2, 1]);
  });

  test('pages are those of page views, different ones in the order of the first visit; entry and exit by time, of equal times by id', () => {
    const said = [
      view(60, 'b', { id: 'b' }),
      click(1, { id: 'c' }),
      view(60, 'a', { id: 'a' }),
      view(10, 'x', { id: 'd' }),
      view(70, 'x', { id: 'z' }),
      view(70, 'y', { id: 'y' }),
      view(99, null, { id: 'n' }),
    ].map((event) => ({ ...event, met: 0 }));
    const [session] = standing(sessions(said, { untilUs: us(2 * GAP) }));
    expect(session).toMatchObject({
      pages: ['/x', '/a', '/b', '/y'],
      entryPage: '/x',
      exitPage: '/x',
      activities: 7,
      pageViews: 6,
      startUs: us(1),
      endUs: us(99),
    });
    const none = standing(sessions([click(0)]))[0];
    expect([none?.entryPage, none?.exitPage, none?.pages]).toEqual([null, null, []]);
  });

  test('keeps the first thousand pages, in whatever order the views come', () => {
    const views = Array.from({ length: 1_200 }, (_, number) => view(number, `p${number}`, { met: 0 }));
    const random = randomFrom(7);
    const shuffled = views.map((event) => ({ event, rank: random(1_000_000) })).sort((a, b) => a.rank - b.rank);
    const [session] = standing(
      sessions(
        shuffled.map(({ event }) => event),
        { untilUs: us(DAY), asStored: true },
      ),
    );
    expect(session?.pages).toEqual(Array.from({ length: 1_000 }, (_, number) => `/p${number}`));
    expect([session?.exitPage, session?.pageViews]).toEqual(['/p1199', 1_200]);
  });

  test('while it is open it is published at most once a minute of event time, and is never more than a minute behind', () => {
    const said = Array.from({ length: 600 }, (_, number) => click(number));
    const outputs = drive(said);
    const shown = sessionsOf(outputs);
    expect(shown.length).toBeLessThanOrEqual(11);
    expect(shown.length).toBeGreaterThanOrEqual(9);
    // What came just after a publication is shown a minute later, without another activity.
    expect(told(sessions([click(0), click(1), click(2)], { untilUs: us(MINUTE) }))).toEqual([
      '0-0 open #0 1/0 ',
      '0-2 open #0 3/0 ',
    ]);
  });

  test('its id is made from the activity that was admitted first, whatever comes later', () => {
    const idOf = (said: readonly SaidEvent[]) => standing(sessions(said)).map(({ id }) => id);
    const [id] = idOf([view(60, 'a', { id: 'first', met: 0 })]);
    expect(idOf([view(60, 'a', { id: 'first', met: 0 }), view(10, 'b', { id: 'other', met: 0 })])).toEqual([id]);
    expect(idOf([view(60, 'a', { id: 'other', met: 0 }), view(10, 'b', { id: 'first', met: 0 })])).not.toEqual([id]);
    expect(idOf([view(60, 'a', { id: 'first', met: 0, key: 'bob' })])).not.toEqual([id]);
    expect(id).toMatch(/^[\w-]{16}$/);
  });
});

describe('a late activity', () => {
  const late = (said: readonly SaidEvent[], options?: DriveOptions) =>
    lateOf(drive(said, options)).map(
      ({ event, missedEndUs, corrected }) => `${event.id} ${seconds(missedEndUs)} ${corrected}`,
    );

  test('in or near a closed session revises it, and is listed', () => {
    const said = [
      view(0, 'a', { met: 0 }),
      click(600, { met: 0 }),
      view(300, 'b', { met: 3000 }),
      click(650, { met: 3000 }),
    ];
    expect(told(sessions(said)).slice(1)).toEqual([
      '0-600 open #0 2/1 /a',
      '0-600 closed #0 2/1 /a',
      '0-600 closed #1 3/2 /a,/b',
      '0-650 closed #2 4/2 /a,/b',
    ]);
    expect(late(said)).toEqual(['e2 2400 true', 'e3 2450 true']);
  });

  test('near no session makes one of its own, closed at once', () => {
    const said = [view(0, 'a', { met: 4000 })];
    expect(told(sessions(said))).toEqual(['0-0 closed #0 1/1 /a']);
    expect(late(said)).toEqual(['e0 1800 true']);
  });

  test('is closed at once also if the watermark was exactly at its end', () => {
    expect(told(sessions([view(0, 'a', { met: GAP })]))).toEqual(['0-0 closed #0 1/1 /a']);
    expect(late([view(0, 'a', { met: GAP - 0.001 })])).toEqual([]);
  });

  test('that joins two sessions: the earlier goes on under its id, the later is merged into it', () => {
    const said = [view(0, 'a', { met: 0 }), view(2400, 'b', { met: 0 }), view(1200, 'c', { met: 9000 })];
    const outputs = sessions(said);
    expect(told(outputs).slice(-2)).toEqual(['2400-2400 merged #1 1/1 /b', '0-2400 closed #1 3/3 /a,/c,/b']);
    const [first, second] = outputs;
    expect(outputs.at(-2)).toMatchObject({ id: second?.id, mergedInto: first?.id });
    expect(outputs.at(-1)).toMatchObject({ id: first?.id, mergedInto: null, exitPage: '/b' });
    expect(late(said)).toEqual(['e2 4200 true']);
  });

  test('exactly 30 minutes from both joins none of them', () => {
    const said = [view(0, 'a', { met: 0 }), view(2 * GAP, 'b', { met: 0 }), view(GAP, 'c', { met: 9000 })];
    expect(standing(sessions(said)).map(({ startUs }) => seconds(startUs))).toEqual([0, 2 * GAP, GAP]);
  });

  test('that is in time joins two open sessions without a revision and is not listed', () => {
    const said = [view(0, 'a', { met: 0 }), view(2400, 'b', { met: 0 }), view(1200, 'c', { met: 0 })];
    expect(told(sessions(said)).slice(-2)).toEqual(['2400-2400 merged #0 1/1 /b', '0-2400 open #0 3/3 /a,/c,/b']);
    expect(late(said)).toEqual([]);
  });

  test('that joins a closed session and an open one leaves one that is open, with the next revision', () => {
    const said = [view(0, 'a', { met: 0 }), view(2400, 'b', { met: 1900 }), view(1200, 'c', { met: 1950 })];
    expect(told(sessions(said, { untilUs: us(2400 + GAP) })).slice(-3)).toEqual([
      '2400-2400 merged #0 1/1 /b',
      '0-2400 open #1 3/3 /a,/c,/b',
      '0-2400 closed #1 3/3 /a,/c,/b',
    ]);
  });

  test('that makes a closed session last beyond the watermark opens it again', () => {
    const said = [view(0, 'a', { met: 0 }), view(1500, 'b', { met: 1900 })];
    expect(told(sessions(said, { untilUs: us(1500 + GAP) })).slice(1)).toEqual([
      '0-0 closed #0 1/1 /a',
      '0-1500 open #1 2/2 /a,/b',
      '0-1500 closed #1 2/2 /a,/b',
    ]);
    expect(late(said)).toEqual([]);
  });

  test('is taken until a day after the session closed, and is in no session then', () => {
    const said = (met: number) => [view(0, 'a', { met: 0 }), view(5, 'b', { met })];
    expect(late(said(GAP + DAY - 0.001))).toEqual([`e1 ${GAP + 5} true`]);
    expect(told(sessions(said(GAP + DAY - 0.001))).at(-1)).toBe('0-5 closed #1 2/2 /a,/b');
    // The session is forgotten, and one of its own would not be yet.
    expect(told(sessions(said(GAP + DAY))).at(-1)).toBe('5-5 closed #0 1/1 /b');
    expect(late(said(GAP + DAY + 5))).toEqual([`e1 ${GAP + 5} false`]);
    expect(sessions(said(GAP + DAY + 5)).length).toBe(2);
  });
});

test('an activity stamped in the future is refused before any job sees it, and makes no honest one late', async () => {
  const ingest = await openIngest();
  try {
    const activity = ingest.kind('activity');
    const at = (minutes: number) => new Date(ingest.clock.nowMs() + minutes * 60_000).toISOString();
    const send = (id: string, minutes: number) =>
      ingest.admit(activity, [{ id, userId: 'ada', type: 'CLICK', occurredAt: at(minutes) }]);
    await send('first', -1);
    const { verdicts } = await send('future', 6 * 60);
    expect(verdicts[0]).toMatchObject({ verdict: 'REJECTED', rejection: { code: 'TIME_IN_FUTURE' } });
    await send('honest', 0);
    const records = await readTopic(ingest.log, activity.plural);
    const events = records.map((record) => storedEvent(record, eventSource(activity, record.partition)));
    expect(events.map(({ id }) => id)).toEqual(['first', 'honest']);
    expect(told(sessionsOf(driveJob(job, events))).length).toBe(2);
    expect(lateOf(driveJob(job, events))).toEqual([]);
  } finally {
    await ingest.stop();
  }
});

describe('active sessions', () => {
  test('are the different client sessions of each five minutes; those without one are one together', () => {
    const said = [
      { at: 10, members: { sessionId: 's1' } },
      { at: 20, members: { sessionId: null } },
      { at: 30, members: {} },
      { at: 90, members: { sessionId: 's2' } },
      { at: 299.999999, members: { sessionId: 's1' } },
      { at: 300, members: { sessionId: 's3' } },
    ];
    const results = resultsOf(
      driveJob(builtIn('active-sessions'), jobEvents(kind.plural, said), { untilUs: us(3600) }),
    );
    expect(results.map(({ endUs, values }) => [seconds(endUs) / 60, values.sessions])).toEqual([
      [5, 3],
      [10, 1],
    ]);
  });
});

/** From a seed; LAKEGATE_TEST_SEEDS=200 for a long run. */
const SEEDS = Array.from({ length: Number(process.env.LAKEGATE_TEST_SEEDS ?? 12) }, (_, seed) => seed);

describe.each(SEEDS)('seed %i', (seed) => {
  const random = randomFrom(seed * 6_700_417 + 11);
  const sorted = randomActivities(random, 300);

  test.each([
    ['in time', 10],
    ['an hour late', 3600],
  ])(
    'sessions end as the runs of the sorted activities, with events %s, and whether states are kept as bytes or not',
    (_, disorder) => {
      const said = shuffledWithin(sorted, Number(disorder), random);
      const outputs = drive(said, { untilUs: us(10 * DAY) });
      expect(drive(said, { untilUs: us(10 * DAY), asStored: true })).toEqual(outputs);
      const ended = standing(sessionsOf(outputs)).map(({ id: _, revision: __, ...session }) => session);
      expect(sortedSessions(ended)).toEqual(sortedSessions(runsOf(sorted)));
      if (disorder === 10) expect(lateOf(outputs)).toEqual([]);
      else expect(sessionsOf(outputs).some(({ mergedInto }) => mergedInto !== null)).toBe(true);
    },
  );
});

test('what the log says decides alone: on a quiet stream the same comes in the same order as on a busy one', () => {
  const random = randomFrom(99);
  const said = randomActivities(random, 200);
  const end = Math.max(...said.map(({ at }) => at));
  const push = { at: end + 5 * DAY, key: 'pusher', members: { type: 'CLICK' } };
  const busy = drive([...said, push, push]).filter(({ key }) => key !== 'pusher');
  expect(drive(said, { untilUs: us(end + 5 * DAY - 10) }).map(({ output }) => output)).toEqual(
    busy.map(({ output }) => output),
  );
});

function randomActivities(random: (below: number) => number, count: number): readonly SaidEvent[] {
  let at = 0;
  return Array.from({ length: count }, (_, number) => {
    at += random(6) === 0 ? random(GAP) : random(40) / 8;
    const type = ['PAGE_VIEW', 'PAGE_VIEW', 'CLICK'][random(3)];
    const path = random(9) === 0 ? null : `/p${random(7)}`;
    // Equal times on purpose.
    return { at: Math.floor(at), id: `e${(number * 7919) % 1000}`, key: `u${random(4)}`, members: { type, path } };
  });
}

type Run = Omit<SessionOutput, 'id' | 'revision'>;

/** By a look at all activities in order. */
function runsOf(said: readonly SaidEvent[]): readonly Run[] {
  return ['u0', 'u1', 'u2', 'u3'].flatMap((userId) => {
    const own = said.filter(({ key }) => key === userId);
    const ordered = own.sort((a, b) => a.at - b.at || ((a.id ?? '') < (b.id ?? '') ? -1 : 1));
    const runs: SaidEvent[][] = [];
    for (const event of ordered) {
      const run = runs.at(-1);
      if (run === undefined || event.at - (run.at(-1)?.at ?? 0) >= GAP) runs.push([event]);
      else run.push(event);
    }
    return runs.map((run) => {
      const views = run.filter(({ members }) => members?.type === 'PAGE_VIEW');
      const paths = views.flatMap(({ members }) => (typeof members?.path === 'string' ? [members.path] : []));
      return {
        userId,
        startUs: us(run[0]?.at ?? 0),
        endUs: us(run.at(-1)?.at ?? 0),
        open: false,
        activities: run.length,
        pageViews: views.length,
        pages: [...new Set(paths)],
        entryPage: paths[0] ?? null,
        exitPage: paths.at(-1) ?? null,
        mergedInto: null,
      };
    });
  });
}

function sortedSessions(sessions: readonly Run[]): readonly Run[] {
  return [...sessions].sort((a, b) => a.startUs - b.startUs || (a.userId < b.userId ? -1 : 1));
}

function builtIn(name: string): Job {
  return builtInJobs(model).find((each) => each.name === name) ?? fail(`no job ${name}`);
}

function fail(what: string): never {
  throw new Error(what);
}
