import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  answerJobResults,
  type JobResultsWhere,
  readJobResultsQuestion,
} from '../../src/analytics/streams/answer-job-results.ts';
import type { OutputFacts } from '../../src/model/streams/encode-output.ts';
import type { Output } from '../../src/model/streams/output.ts';
import { OUTPUT_TOPICS } from '../../src/model/streams/stream-topics.ts';
import { decodeVersion } from '../../src/model/version.ts';
import { readLedger } from '../../src/warehouse/ledger.ts';
import type { Backend, OpenedBackend } from '../support/backend.ts';
import { type GraphqlAnswer, graphql, type LakegateHere, removeDir, startLakegateHere } from '../support/lakegate.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';
import { alert, late, MINUTE_US, matched, NOON_US, result, session, writeOutputs } from '../support/written-by-jobs.ts';

/** Records of jobs in the log, and what questions make of them. */
export function jobsWroteSuite(backend: Backend): void {
  describe(`what jobs wrote, on ${backend.name}`, () => {
    let opened: OpenedBackend;
    let running: LakegateHere;
    beforeAll(async () => {
      opened = await backend.open();
      running = await startLakegateHere({ env: opened.env });
    });
    afterAll(async () => {
      await running?.stop();
      if (running !== undefined) removeDir(running.dataDir);
      await opened?.close();
    });

    async function write(outputs: readonly Output[], facts: Partial<OutputFacts> = {}): Promise<void> {
      await running.progress.waitFor(await writeOutputs(running.log, outputs, facts), 60_000);
    }

    async function ask<Data = Record<string, unknown>>(query: string, variables: Record<string, unknown> = {}) {
      const { data, errors } = await graphql<Data>(running.url, query, variables);
      expect(errors).toBeUndefined();
      return data;
    }

    interface Sessions {
      readonly sessions: {
        readonly nodes: readonly Readonly<Record<string, unknown>>[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
        readonly totalCount: number;
      };
    }

    async function sessionsOf(user: string) {
      const { sessions } = await ask<Sessions>(
        `query ($user: ID!) { sessions(where: {userId: {eq: $user}}) { totalCount nodes { id start open revision pageViews } } }`,
        { user },
      );
      expect(sessions.totalCount).toBe(sessions.nodes.length);
      return sessions.nodes;
    }

    describe('a session', () => {
      test('has every field as its last record says it', async () => {
        await write([session('s-all', { userId: 'all', open: true, exitPage: null })]);
        await write([session('s-all', { userId: 'all', endUs: NOON_US + 7 * MINUTE_US + 1, revision: 2 })]);
        const fields = 'id userId start end open activities pageViews pages entryPage exitPage revision';
        const { session: found } = await ask(`{ session(id: "s-all") { ${fields} } }`);
        expect(found).toEqual({
          id: 's-all',
          userId: 'all',
          start: '2026-11-21T12:00:00.000000Z',
          end: '2026-11-21T12:07:00.000001Z',
          open: false,
          activities: 4,
          pageViews: 3,
          pages: ['/', '/cart'],
          entryPage: '/',
          exitPage: '/cart',
          revision: 2,
        });
        expect(await ask('{ session(id: "nobody\'s") { id } }')).toEqual({ session: null });
      });

      test('is listed once and where it starts now, though a late event moved its start and states of before are in the table', async () => {
        await write([session('s-moved', { userId: 'moved', open: true }), session('s-moved', { userId: 'moved' })]);
        await write([session('s-after', { userId: 'moved', startUs: NOON_US - MINUTE_US })]);
        await write([session('s-moved', { userId: 'moved', startUs: NOON_US - 2 * MINUTE_US, revision: 1 })]);
        expect((await sessionsOf('moved')).map(({ id, start, revision }) => [id, start, revision])).toEqual([
          ['s-after', '2026-11-21T11:59:00.000000Z', 0],
          ['s-moved', '2026-11-21T11:58:00.000000Z', 1],
        ]);
      });

      test('that a late event joined into another is gone from the list, and its id gives that other', async () => {
        await write([
          session('s-one', { userId: 'joined' }),
          session('s-two', { userId: 'joined', startUs: NOON_US + 40 * MINUTE_US }),
        ]);
        expect(await sessionsOf('joined')).toHaveLength(2);
        await write([
          session('s-one', { userId: 'joined', endUs: NOON_US + 45 * MINUTE_US, pageViews: 7, revision: 1 }),
          session('s-two', { userId: 'joined', startUs: NOON_US + 40 * MINUTE_US, mergedInto: 's-one', revision: 1 }),
        ]);
        expect((await sessionsOf('joined')).map(({ id, pageViews }) => [id, pageViews])).toEqual([['s-one', 7]]);
        expect(await ask('{ session(id: "s-two") { id pageViews } }')).toEqual({
          session: { id: 's-one', pageViews: 7 },
        });
      });

      test('of a job on trial and of another tenant is in no answer', async () => {
        await write([session('s-trial', { userId: 'apart' })], { shadow: true });
        await write([session('s-other', { userId: 'apart' })], { tenant: 'other' });
        expect(await sessionsOf('apart')).toEqual([]);
        expect(await ask('{ session(id: "s-other") { id } }')).toEqual({ session: null });
      });

      test('is met once on a walk from page to page, newest first, whatever states the others went through', async () => {
        const count = 130;
        const grown = Array.from({ length: count }, (_, index) => {
          const at = { userId: 'walker', startUs: NOON_US - (index % 40) * MINUTE_US };
          const id = `w-${String(index).padStart(3, '0')}`;
          // Those of the first half began a minute later as it first seemed.
          const before = index % 2 === 0 ? [session(id, { ...at, startUs: at.startUs + MINUTE_US, open: true })] : [];
          return [...before, session(id, at)];
        });
        await write(grown.flat());
        const walked: string[] = [];
        for (let after: string | null = null; ; ) {
          const { sessions }: Sessions = await ask<Sessions>(
            `query ($after: Cursor) {
              sessions(where: {userId: {eq: "walker"}, pageViews: {gte: 3}}, first: 17, after: $after) {
                nodes { id start } pageInfo { hasNextPage endCursor } totalCount
              }
            }`,
            { after },
          );
          expect(sessions.totalCount).toBe(count);
          walked.push(...sessions.nodes.map(({ id, start }) => `${start} ${id}`));
          if (!sessions.pageInfo.hasNextPage) break;
          after = sessions.pageInfo.endCursor;
        }
        expect(walked).toEqual([...walked].sort().reverse());
        expect(new Set(walked.map((each) => each.split(' ')[1])).size).toBe(count);
        expect(walked).toHaveLength(count);
      });

      test('can be asked for by whether it is open, by its start and by its page views', async () => {
        await write([
          session('f-1', { userId: 'filter', open: true, pageViews: 1 }),
          session('f-2', { userId: 'filter', pageViews: 2, startUs: NOON_US + 1 }),
          session('f-3', { userId: 'filter', open: true, pageViews: 3 }),
          session('f-3', { userId: 'filter', pageViews: 3 }),
        ]);
        const ids = async (where: string) => {
          const { sessions } = await ask<Sessions>(
            `{ sessions(where: {userId: {eq: "filter"}, ${where}}) { nodes { id } totalCount } }`,
          );
          expect(sessions.totalCount).toBe(sessions.nodes.length);
          return sessions.nodes.map(({ id }) => id);
        };
        expect(await ids('open: true')).toEqual(['f-1']);
        expect(await ids('open: false')).toEqual(['f-2', 'f-3']);
        expect(await ids('start: {gt: "2026-11-21T13:00:00+01:00"}')).toEqual(['f-2']);
        expect(await ids('pageViews: {gte: 2, lt: 3}')).toEqual(['f-2']);
      });

      test('stands under its user, the pages of many users in one query and their counts in another', async () => {
        await write(
          ['u1', 'u2', 'u3'].flatMap((user) => [
            session(`${user}-a`, { userId: user }),
            session(`${user}-b`, { userId: user, startUs: NOON_US + 1 }),
          ]),
        );
        const query = vi.spyOn(running.warehouse, 'query');
        const users = ['u1', 'u2', 'u3'].map(
          (user) =>
            `${user}: user(id: "${user}") { sessions(first: 1) { totalCount nodes { id } pageInfo { hasNextPage } } }`,
        );
        const page = (user: string) => ({
          sessions: { totalCount: 2, nodes: [{ id: `${user}-b` }], pageInfo: { hasNextPage: true } },
        });
        expect(await ask(`{ ${users.join('\n')} }`)).toEqual({ u1: page('u1'), u2: page('u2'), u3: page('u3') });
        expect(query.mock.calls.filter(([sql]) => /FROM lakegate\.sessions/.test(sql))).toHaveLength(2);
        query.mockRestore();
      });

      test('is answered from the cache until another record is written', async () => {
        await write([session('c-1', { userId: 'cached' })]);
        const header = async () => {
          const query = '{ sessions(where: {userId: {eq: "cached"}}) { nodes { id pageViews } } }';
          const response = await fetch(`${running.url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query }),
          });
          const answer = (await response.json()) as GraphqlAnswer<Sessions>;
          return [response.headers.get('lakegate-cache'), answer.data.sessions.nodes[0]?.pageViews];
        };
        expect((await header())[1]).toBe(3);
        expect(await header()).toEqual(['hit', 3]);
        await write([session('c-1', { userId: 'cached', pageViews: 4 })]);
        expect(await header()).toEqual(['miss', 4]);
      });
    });

    describe('an alert', () => {
      const ingest = async (...ids: readonly string[]) => {
        const events = ids.map((id) => ({
          id,
          userId: `user-of-${id}`,
          amount: '1250.5',
          currency: 'EUR',
          status: 'CAPTURED',
          category: 'travel',
          occurredAt: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(),
        }));
        const { ingestTransactions } = await ask<{ ingestTransactions: { version: string } }>(
          'mutation ($events: [TransactionInput!]!) { ingestTransactions(events: $events, wait: true) { version } }',
          { events },
        );
        await running.progress.waitFor(decodeVersion(ingestTransactions.version), 60_000);
        return events;
      };
      const EVENT =
        '__typename ... on Transaction { id amount merchant occurredAt } meta { kind id key time receivedAt late position { topic partition offset } }';

      interface Transaction {
        readonly transaction: {
          readonly meta: { readonly position: { readonly partition: number; readonly offset: string } };
        };
      }

      /** As a job would have seen it. */
      const asMatched = async (event: { readonly id: string; readonly occurredAt: string }) => {
        const { transaction } = await ask<Transaction>(`query ($id: ID!) { transaction(id: $id) { ${EVENT} } }`, {
          id: event.id,
        });
        const { partition, offset } = transaction.meta.position;
        const timeUs = Date.parse(event.occurredAt) * 1000;
        // Written with another number of zeros than the warehouse writes.
        const members = { ...event, amount: '1250.500' };
        return { transaction, matched: matched(event.id, { partition, offset: BigInt(offset), timeUs, members }) };
      };

      test('shows its events, typed and as they are told elsewhere, also when raw has let them go', async () => {
        const sent = await ingest('a-t1', 'a-t2');
        const both = await Promise.all(sent.map(asMatched));
        await write([alert('a-events', { events: both.map((each) => each.matched) })]);
        const question = `{ alert(id: "a-events") { id rule ruleVersion key reason matchedAt shadow status note events { ${EVENT} } } }`;
        const answer = await ask(question);
        expect(answer).toEqual({
          alert: {
            id: 'a-events',
            rule: 'by-hand',
            ruleVersion: 1,
            key: 'ada',
            reason: 'two large payments',
            matchedAt: '2026-11-21T12:00:00.000000Z',
            shadow: false,
            status: 'OPEN',
            note: null,
            events: both.map(({ transaction }) => transaction),
          },
        });
        await running.warehouse.command("ALTER TABLE lakegate.transactions DELETE WHERE id IN ('a-t1', 'a-t2')", {
          settings: { mutations_sync: 1 },
        });
        expect(await ask(question)).toEqual(answer);
      });

      test('is told of when it was raised by the time of the log', async () => {
        const before = Date.now();
        await write([alert('a-raised')]);
        const { alert: found } = await ask<{ alert: { raisedAt: string } }>('{ alert(id: "a-raised") { raisedAt } }');
        // The clock is the broker's on Kafka.
        expect(Math.abs(Date.parse(found.raisedAt) - before)).toBeLessThan(60_000);
      });

      interface Alerts {
        readonly alerts: {
          readonly nodes: readonly { readonly id: string; readonly ruleVersion: number }[];
          readonly totalCount: number;
        };
      }
      const alertsWhere = async (where: string, first = 50) => {
        const { alerts } = await ask<Alerts>(
          `{ alerts(where: {${where}}, first: ${first}) { nodes { id ruleVersion } totalCount } }`,
        );
        return alerts;
      };

      test('that a replay wrote again is one alert, as it was first', async () => {
        const facts = { job: 'replayed' };
        await write([alert('r-1'), alert('r-2', { matchedAtUs: NOON_US + 1 })], facts);
        await write([alert('r-1'), alert('r-2', { matchedAtUs: NOON_US + 1 }), alert('r-3')], {
          ...facts,
          jobVersion: 2,
        });
        const { nodes, totalCount } = await alertsWhere('rules: ["replayed"]');
        expect(totalCount).toBe(3);
        expect(nodes).toEqual([
          { id: 'r-2', ruleVersion: 1 },
          { id: 'r-3', ruleVersion: 2 },
          { id: 'r-1', ruleVersion: 1 },
        ]);
      });

      test('of a rule on trial is told only where it is asked for, and by its id', async () => {
        await write([alert('t-1'), alert('t-2')], { job: 'tried', shadow: true });
        await write([alert('t-1')], { job: 'tried' });
        const ids = async (where: string) => (await alertsWhere(where)).nodes.map(({ id }) => id);
        expect(await ids('rules: ["tried"]')).toEqual(['t-1']);
        expect(await ids('rules: ["tried"], shadow: true')).toEqual(['t-2', 't-1']);
        expect(await ask('{ alert(id: "t-2") { shadow } one: alert(id: "t-1") { shadow } }')).toEqual({
          alert: { shadow: true },
          one: { shadow: false },
        });
      });

      test('can be asked for by key and by time, and walked in pages', async () => {
        await write(
          [0, 1, 2, 3, 4].map((n) => alert(`p-${n}`, { matchedAtUs: NOON_US + n * MINUTE_US })),
          { job: 'paged', key: 'grace' },
        );
        const where = 'key: {startsWith: "gra"}, matchedAt: {gte: "2026-11-21T12:01:00Z", lt: "2026-11-21T12:04:00Z"}';
        expect((await alertsWhere(where)).nodes.map(({ id }) => id)).toEqual(['p-3', 'p-2', 'p-1']);
        const { user } = await ask<{
          user: { alerts: { edges: { cursor: string; node: { id: string } }[]; totalCount: number } };
        }>('{ user(id: "grace") { alerts(first: 2) { totalCount edges { cursor node { id } } } } }');
        expect([user.alerts.totalCount, ...user.alerts.edges.map(({ node }) => node.id)]).toEqual([5, 'p-4', 'p-3']);
        const after = user.alerts.edges.at(-1)?.cursor;
        const next = await ask(
          `query ($after: Cursor) {
            user(id: "grace") { alerts(after: $after) { nodes { id } } }
            alerts(where: {rules: ["paged"]}, after: $after, first: 2) { nodes { id } pageInfo { hasNextPage hasPreviousPage } }
          }`,
          { after },
        );
        expect(next).toEqual({
          user: { alerts: { nodes: ['p-2', 'p-1', 'p-0'].map((id) => ({ id })) } },
          alerts: {
            nodes: [{ id: 'p-2' }, { id: 'p-1' }],
            pageInfo: { hasNextPage: true, hasPreviousPage: true },
          },
        });
      });

      test('is found at the event that it is made of', async () => {
        const [event] = await ingest('a-t3');
        if (event === undefined) throw new Error('one was sent');
        const { matched: made } = await asMatched(event);
        await write([alert('a-traced', { events: [made] })]);
        const { trace } = await ask(
          `{ trace(kind: TRANSACTION, id: "a-t3") { sightings { verdict alerts { id events { meta { id } } } } } }`,
        );
        expect(trace).toEqual({
          sightings: [{ verdict: 'ADMITTED', alerts: [{ id: 'a-traced', events: [{ meta: { id: 'a-t3' } }] }] }],
        });
      });

      const SAID = 'id status acknowledgedBy acknowledgedAt note';
      interface Said {
        readonly acknowledgeAlert: { readonly acknowledgedAt: string };
      }

      test('once acknowledged is so for every question at once, and keeps who was first and what was said last', async () => {
        await write([alert('k-1'), alert('k-2')], { job: 'acknowledged' });
        const open = async () => (await alertsWhere('rules: ["acknowledged"], status: OPEN')).nodes.map(({ id }) => id);
        expect(await open()).toEqual(['k-2', 'k-1']);
        const say = (note: string | null) =>
          ask<Said>(`mutation ($note: String) { acknowledgeAlert(id: "k-1", note: $note) { ${SAID} } }`, { note });
        const first = await say('looked at');
        const { acknowledgedAt } = first.acknowledgeAlert;
        const asSaid = (note: string) => ({
          acknowledgeAlert: { id: 'k-1', status: 'ACKNOWLEDGED', acknowledgedBy: 'anonymous', acknowledgedAt, note },
        });
        expect(first).toEqual(asSaid('looked at'));
        expect(await open()).toEqual(['k-2']);
        expect((await alertsWhere('rules: ["acknowledged"], status: ACKNOWLEDGED')).nodes.map(({ id }) => id)).toEqual([
          'k-1',
        ]);

        const ends = async () => (await running.log.ends('acknowledgements')).map(({ next }) => next);
        const written = await ends();
        expect(await say('looked at')).toEqual(asSaid('looked at'));
        expect(await say(null)).toEqual(asSaid('looked at'));
        expect(await ends()).toEqual(written);
        expect(await say('a false alarm')).toEqual(asSaid('a false alarm'));
      });

      test('can be acknowledged from the moment it is in the log; one that is nowhere cannot', async () => {
        await writeOutputs(running.log, [alert('k-new')]);
        expect(await ask('mutation { acknowledgeAlert(id: "k-new") { status note } }')).toEqual({
          acknowledgeAlert: { status: 'ACKNOWLEDGED', note: null },
        });
        const { data, errors } = await graphql(running.url, 'mutation { acknowledgeAlert(id: "k-none") { id } }');
        expect(data).toEqual({ acknowledgeAlert: null });
        expect(errors?.[0]).toMatchObject({
          message: 'id: expected the id of an alert, got "k-none"',
          extensions: { code: 'BAD_REQUEST' },
        });
      });
    });

    test('late events are listed by when they came, once for each job, with what they missed', async () => {
      const events = ['l-1', 'l-2', 'l-3'].map((id) => matched(id));
      const receivedAtMs = (n: number) => NOON_US / 1000 + n * 1000;
      for (const [index, event] of events.entries())
        await write([late(event)], { receivedAtMs: receivedAtMs(index), job: 'one' });
      await write([late(matched('l-1'), { corrected: true })], {
        receivedAtMs: receivedAtMs(0),
        job: 'one',
        jobVersion: 2,
      });
      await write([late(matched('l-1'))], { receivedAtMs: receivedAtMs(0), job: 'two' });
      await write([late(matched('l-1'))], { receivedAtMs: receivedAtMs(0), job: 'tried', shadow: true });
      await write([late(matched('l-x', { topic: 'formerKinds' }))], { receivedAtMs: receivedAtMs(9) });
      const fields = 'byMs missedWindowEnd corrected job event { __typename meta { id time } }';
      const { lateEvents, some, none } = await ask<Record<string, readonly Record<string, unknown>[]>>(
        `{
          lateEvents(kind: TRANSACTION) { ${fields} }
          some: lateEvents(range: {from: "2026-11-21T12:00:01Z", to: "2026-11-21T12:00:02Z"}) { event { meta { id } } }
          none: lateEvents(kind: ACTIVITY, first: 3) { job }
        }`,
      );
      expect(
        lateEvents?.map(({ job, corrected, event }) => [job, corrected, (event as { meta: { id: string } }).meta.id]),
      ).toEqual([
        ['one', false, 'l-3'],
        ['one', false, 'l-2'],
        ['two', false, 'l-1'],
        ['one', true, 'l-1'],
      ]);
      expect(lateEvents?.[0]).toEqual({
        byMs: 50_000,
        missedWindowEnd: '2026-11-21T12:00:00.000000Z',
        corrected: false,
        job: 'one',
        event: { __typename: 'Transaction', meta: { id: 'l-3', time: '2026-11-21T11:59:00.000000Z' } },
      });
      expect(some).toEqual([{ event: { meta: { id: 'l-2' } } }]);
      expect(none).toEqual([]);
    });

    test('the results of a job are its windows, newest first, each as it was last published', async () => {
      const facts = { job: 'per-minute' };
      await write([result(NOON_US), result(NOON_US + MINUTE_US)], facts);
      await write([result(NOON_US), result(NOON_US, { endUs: NOON_US + 2 * MINUTE_US })], { ...facts, key: 'grace' });
      await write([result(NOON_US, { revision: 1, values: { count: 2, amountSum: '0.30' } })], facts);
      await write([result(NOON_US)], { ...facts, tenant: 'other' });
      // Windows that became others, and were taken back: enough of them that the first page has to look further.
      const gone = [5, 6, 7, 8, 9].map((minute) => NOON_US + minute * MINUTE_US);
      await write(
        gone.map((startUs) => result(startUs)),
        facts,
      );
      await write(
        gone.map((startUs) => result(startUs, { revision: 1, values: {} })),
        facts,
      );
      const sources = { warehouse: running.warehouse, progress: running.progress, cache: resultCacheInMemory() };
      const page = async (first: number, after: string | null, where: JobResultsWhere = {}) =>
        (
          await answerJobResults(
            readJobResultsQuestion(
              'default',
              { job: 'per-minute', sinceVersion: 1, throughVersion: null },
              { first, after, where },
            ),
            sources,
          )
        ).value;
      const one = await page(3, null);
      const two = await page(3, one.edges.at(-1)?.cursor ?? null);
      expect([one.hasMore, two.hasMore]).toEqual([true, false]);
      const nodes = [...one.edges, ...two.edges].map(({ node }) => node);
      expect(
        nodes.map(({ key, start, end, revision }) => [key, start.slice(11, 16), end.slice(11, 16), revision]),
      ).toEqual([
        ['ada', '12:01', '12:02', 0],
        ['grace', '12:00', '12:02', 0],
        ['grace', '12:00', '12:01', 0],
        ['ada', '12:00', '12:01', 1],
      ]);
      expect(nodes.at(-1)?.values).toEqual({ count: 2, amountSum: '0.30' });
      expect(new Set(nodes.map(({ id }) => id)).size).toBe(4);
      const where = {
        key: { eq: 'grace' },
        end: { lte: '2026-11-21T13:01:00+01:00' },
        start: { gte: nodes[3]?.start },
      };
      expect((await page(3, null, where)).edges.map(({ node }) => node)).toEqual([nodes[2]]);
    });

    test('the results of a job are none of those that an earlier or a later job of its name wrote', async () => {
      for (const [jobVersion, count] of [
        [1, 10],
        [2, 20],
        [3, 30],
      ] as const) {
        await write([result(NOON_US, { values: { count } })], { job: 'used-again', jobVersion });
      }
      const sources = { warehouse: running.warehouse, progress: running.progress, cache: resultCacheInMemory() };
      const resultOf = async (sinceVersion: number, throughVersion: number | null) => {
        const author = { job: 'used-again', sinceVersion, throughVersion };
        const { value } = await answerJobResults(readJobResultsQuestion('default', author, { first: 5 }), sources);
        expect(value.edges).toHaveLength(1);
        return value.edges[0]?.node;
      };
      const [first, second, replaced] = [await resultOf(1, 1), await resultOf(2, 2), await resultOf(2, null)];
      expect([first, second, replaced].map((node) => node?.values.count)).toEqual([10, 20, 30]);
      expect(second?.id).not.toBe(first?.id);
      expect(replaced?.id).toBe(second?.id);
    });

    test('a page that is too large, and a cursor of another list, are refused with what was expected', async () => {
      await write([session('s-cursor')]);
      const { sessions } = await ask<Sessions>('{ sessions(first: 1) { pageInfo { endCursor } } }');
      const after = sessions.pageInfo.endCursor;
      const { data, errors } = await graphql(
        running.url,
        `query ($after: Cursor) {
          big: sessions(first: 1001) { nodes { id } }
          other: alerts(after: $after) { nodes { id } }
          late: lateEvents(first: -1) { job }
        }`,
        { after },
      );
      expect(data).toEqual({ big: null, other: null, late: null });
      expect(errors?.map(({ message, extensions }) => [message, extensions.code]).sort()).toEqual([
        ['after: expected a cursor of alerts', 'BAD_REQUEST'],
        ['first: expected 0 to 1000, got -1', 'BAD_REQUEST'],
        ['first: expected 0 to 1000, got 1001', 'BAD_REQUEST'],
      ]);
    });

    test('people see over SQL each of these once, as it is now, and nothing of another tenant', async () => {
      const rows = async (sql: string, tenant = 'default') => {
        const asked = `${sql} SETTINGS log_comment = '${JSON.stringify({ tenant })}'`;
        return (await running.warehouse.query<Record<string, unknown>>(asked)).rows;
      };
      await write(
        [
          session('v-1', { userId: 'view', open: true }),
          session('v-2', { userId: 'view' }),
          session('v-1', { userId: 'view', startUs: NOON_US - 1, revision: 1 }),
          session('v-2', { userId: 'view', mergedInto: 'v-1' }),
          result(NOON_US),
          result(NOON_US, { revision: 1, values: { count: 9 } }),
          result(NOON_US + 1),
          result(NOON_US + 1, { revision: 1, values: {} }),
          late(matched('v-late')),
          late(matched('v-late'), { corrected: true }),
          alert('v-alert'),
          alert('v-alert'),
          alert('v-seen', { events: [matched('v-event')] }),
        ],
        { job: 'view' },
      );
      await write([session('v-3', { userId: 'view' }), alert('v-other')], { tenant: 'other', job: 'view' });
      await write([alert('v-alert')], { job: 'view', shadow: true });
      await ask('mutation { acknowledgeAlert(id: "v-seen", note: "ok") { id } }');
      expect(await rows("SELECT id, start, revision FROM analytics.sessions WHERE userId = 'view'")).toEqual([
        { id: 'v-1', start: '2026-11-21T11:59:59.999999Z', revision: 1 },
      ]);
      expect(await rows("SELECT revision, values FROM analytics.results WHERE job = 'view'")).toEqual([
        { revision: 1, values: '{"count":9}' },
      ]);
      expect(await rows("SELECT id, corrected, byMs FROM analytics.late WHERE job = 'view'")).toEqual([
        { id: 'v-late', corrected: true, byMs: '50000' },
      ]);
      expect(
        await rows(
          `SELECT id, shadow, acknowledged, note, events.members AS members FROM analytics.alerts WHERE rule = 'view' ORDER BY id`,
        ),
      ).toEqual([
        { id: 'v-alert', shadow: false, acknowledged: false, note: null, members: [] },
        {
          id: 'v-seen',
          shadow: false,
          acknowledged: true,
          note: 'ok',
          members: [JSON.stringify(matched('').members).replace('"id":""', '"id":"v-event"')],
        },
      ]);
      expect(await rows('SELECT id FROM analytics.sessions', 'other')).toEqual(expect.arrayContaining([{ id: 'v-3' }]));
      expect(await rows('SELECT id FROM analytics.alerts', 'other')).toEqual([{ id: 'v-other' }]);
      for (const view of ['sessions', 'alerts', 'results', 'late'])
        expect(await rows(`SELECT * FROM analytics.${view}`, 'nobody'), view).toEqual([]);
    });

    test('the ledger and the lag know these streams as they know every other', async () => {
      const topics = [...OUTPUT_TOPICS, 'acknowledgements'];
      const ledger = await readLedger(
        { log: running.log, warehouse: running.warehouse, progress: running.progress },
        { topics, appended: null },
      );
      expect(ledger.seen).toBe(ledger.expected);
      expect(ledger).toMatchObject({ gaps: 0, duplicates: 0 });
      expect(ledger.expected).toBeGreaterThan(200);
      const { lag } = await ask<{ lag: { topic: string; lag: number }[] }>('{ lag { topic lag } }');
      for (const topic of topics) expect(lag.map((each) => each.topic)).toContain(topic);
      const metrics = await (await fetch(`${running.url}/metrics`)).text();
      for (const topic of topics) expect(metrics).toContain(`topic="${topic}"`);
    });
  });
}
