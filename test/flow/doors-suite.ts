import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend, OpenedBackend } from '../support/backend.ts';
import { graphql, type LakegateHere, removeDir, startLakegateHere } from '../support/lakegate.ts';
import { until } from '../support/until.ts';

/** What a client meets at every door, whatever the product runs on. */
export function doorsSuite(backend: Backend): void {
  describe(`the doors, on ${backend.name}`, () => {
    let opened: OpenedBackend;
    let lakegate: LakegateHere;

    beforeAll(async () => {
      // Long enough for a busy machine; one test waits it out.
      opened = await backend.open();
      lakegate = await startLakegateHere({ env: { ...opened.env, LAKEGATE_WAIT_DEADLINE: '4s' } });
    });

    afterAll(async () => {
      const { left } = await lakegate.stop();
      expect(left).toEqual([]);
      removeDir(lakegate.dataDir);
      await opened.close();
    });

    /** Ids of this test alone: the data directory is shared by the tests of this file. */
    let count = 0;
    function newId(): string {
      count++;
      return `t-${count}`;
    }

    function payment(id: string, fields: Record<string, unknown> = {}) {
      const occurredAt = new Date().toISOString();
      return {
        id,
        userId: 'ada',
        amount: '12.50',
        currency: 'USD',
        status: 'CAPTURED',
        category: 'travel',
        occurredAt,
        ...fields,
      };
    }

    const INGEST = `mutation ($events: [TransactionInput!]!, $wait: Boolean! = true) {
  ingestTransactions(events: $events, wait: $wait) {
    admitted duplicates rejected pending version visible
    verdicts { index id verdict position { topic partition offset } rejection { code pointer expected got } }
  }
}`;

    interface Ingested {
      readonly ingestTransactions: {
        readonly admitted: number;
        readonly duplicates: number;
        readonly rejected: number;
        readonly version: string;
        readonly visible: boolean;
        readonly verdicts: readonly {
          readonly verdict: string;
          readonly rejection: { readonly code: string; readonly pointer: string } | null;
        }[];
      };
    }

    async function ingest(...events: readonly unknown[]): Promise<Ingested['ingestTransactions']> {
      const { data, errors } = await graphql<Ingested>(lakegate.url, INGEST, { events });
      expect(errors).toBeUndefined();
      return data.ingestTransactions;
    }

    interface Traced {
      readonly trace: {
        readonly sightings: readonly {
          readonly verdict: string;
          readonly source: string;
          readonly loadedAt: string | null;
          readonly countedIn: readonly string[];
          readonly position: { readonly offset: string } | null;
          readonly rejection: { readonly code: string } | null;
        }[];
      };
    }

    async function trace(id: string): Promise<Traced['trace']['sightings']> {
      const { data, errors } = await graphql<Traced>(
        lakegate.url,
        `query ($id: ID!) { trace(kind: TRANSACTION, id: $id) { sightings {
       verdict source receivedAt loadedAt countedIn position { topic partition offset } rejection { code pointer } } } }`,
        { id },
      );
      expect(errors).toBeUndefined();
      return data.trace.sightings;
    }

    function post(path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
      return fetch(`${lakegate.url}${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-ndjson', ...headers },
      });
    }

    interface RouteAnswer {
      readonly rejected: number;
      readonly error: { readonly code: string; readonly message: string };
    }

    async function json(response: Response): Promise<RouteAnswer> {
      return (await response.json()) as RouteAnswer;
    }

    describe('an event that is sent with wait', () => {
      test('is there by its id, in the list and in the metrics when the answer comes', async () => {
        const id = newId();
        const { admitted, visible, version } = await ingest(payment(id, { category: id, amount: '99.9901' }));
        expect({ admitted, visible }).toEqual({ admitted: 1, visible: true });
        const { data } = await graphql(
          lakegate.url,
          `query ($id: ID!, $name: String!, $version: Version) {
         transaction(id: $id) { amount currency meta { position { topic } late } }
         transactions(where: {category: {eq: $name}}) { totalCount nodes { id } }
         transactionMetrics(range: {last: "1h"}, where: {category: {eq: $name}, currency: {eq: USD}}, atLeast: $version) {
           total { count amountSum revenue } asOf { version } } }`,
          { id, name: id, version },
        );
        expect(data).toMatchObject({
          transaction: {
            amount: '99.9901',
            currency: 'USD',
            meta: { position: { topic: 'transactions' }, late: false },
          },
          transactions: { totalCount: 1, nodes: [{ id }] },
          transactionMetrics: { total: { count: 1, amountSum: '99.9901', revenue: '99.9901' } },
        });
      });

      test('is the same by the bulk door: 200 when it is visible, 202 without waiting', async () => {
        const id = newId();
        const waited = await post('/ingest/transaction?wait=true&verdicts=all', `${JSON.stringify(payment(id))}\n`);
        expect(waited.status).toBe(200);
        expect(await waited.json()).toMatchObject({
          admitted: 1,
          visible: true,
          verdicts: [{ id, verdict: 'ADMITTED' }],
        });
        const { data } = await graphql(lakegate.url, 'query ($id: ID!) { transaction(id: $id) { id } }', { id });
        expect(data).toEqual({ transaction: { id } });
        expect((await post('/ingest/transaction', JSON.stringify(payment(newId())))).status).toBe(202);
      });
    });

    describe('verdicts', () => {
      test('tell admitted, duplicate, conflict and refused apart, in the order sent', async () => {
        const event = payment(newId());
        const answer = await ingest(event, event, { ...event, amount: '13' }, payment(newId(), { amount: '0' }));
        expect(answer.verdicts.map(({ verdict, rejection }) => rejection?.code ?? verdict)).toEqual([
          'ADMITTED',
          'DUPLICATE',
          'ID_CONFLICT',
          'OUT_OF_RANGE',
        ]);
        expect(answer).toMatchObject({ admitted: 1, duplicates: 1, rejected: 2 });
        expect(answer.verdicts[2]?.rejection?.pointer).toBe('/events/2/id');
      });

      test('can be asked for in part', async () => {
        const event = payment(newId());
        const { data } = await graphql(
          lakegate.url,
          'mutation ($events: [TransactionInput!]!) { ingestTransactions(events: $events) { verdicts(only: [REJECTED]) { index } } }',
          { events: [event, payment(newId(), { amount: '-1' }), event] },
        );
        expect(data).toEqual({ ingestTransactions: { verdicts: [{ index: 1 }] } });
      });
    });

    describe('trace', () => {
      test('tells every time an id was seen, by which door, and what each time became of it', async () => {
        const event = payment(newId());
        await ingest(event);
        await post('/ingest/transaction', `${JSON.stringify(event)}\n${JSON.stringify(event)}`);
        await ingest(event);
        await post('/ingest/transaction', JSON.stringify({ ...event, amount: '0.001' }));
        await ingest({ ...event, amount: '14' });
        const sightings = await trace(event.id);
        expect(sightings.map(({ verdict, source, rejection }) => [verdict, source, rejection?.code ?? null])).toEqual([
          ['ADMITTED', 'log', null],
          ['DUPLICATE', 'bulk', null],
          ['DUPLICATE', 'bulk', null],
          ['DUPLICATE', 'graphql', null],
          ['REJECTED', 'bulk', 'OUT_OF_RANGE'],
          ['REJECTED', 'graphql', 'ID_CONFLICT'],
        ]);
      });

      test('names the windows that count an event, and none before it is counted', async () => {
        const event = payment(newId(), { occurredAt: new Date().toISOString() });
        await ingest(event);
        const [admitted] = await trace(event.id);
        const day = event.occurredAt.slice(0, 10);
        expect(admitted?.loadedAt).not.toBeNull();
        expect(admitted?.countedIn).toContain(`rollup_1m ${event.occurredAt.slice(0, 16)}:00Z`);
        expect(admitted?.countedIn).toContain(`rollup_merchant_1d ${day}T00:00:00Z`);
      });

      test('of an id nobody sent is empty', async () => {
        expect(await trace('never sent')).toEqual([]);
      });
    });

    describe('the ledger', () => {
      const LEDGER = `query ($kind: Kind, $range: TimeRange) { ledger(kind: $kind, range: $range) {
    expected seen gaps duplicates gapRanges { topic } duplicateRanges { topic }
    partitions { topic partition lastOffset loadedOffset lag watermark } asOf { version watermark tables } } }`;

      interface Proven {
        readonly ledger: {
          readonly expected: number;
          readonly seen: number;
          readonly partitions: readonly {
            readonly topic: string;
            readonly partition: number;
            readonly lastOffset: string;
            readonly lag: number;
          }[];
          readonly asOf: { readonly watermark: string | null };
        };
      }

      async function ledger(variables: Record<string, unknown>): Promise<Proven['ledger']> {
        const { data, errors } = await graphql<Proven>(lakegate.url, LEDGER, variables);
        expect(errors).toBeUndefined();
        return data.ledger;
      }

      test('counts what came in and what was loaded, duplicates and refused events apart', async () => {
        const before = await ledger({ kind: 'RATING' });
        const rating = (ratingId: string) => ({
          ratingId,
          version: 1,
          playerId: 'p',
          matchId: 'm',
          rating: '7.25',
          occurredAt: new Date().toISOString(),
        });
        const events = [rating(newId()), rating(newId())];
        const [first] = events;
        await graphql(
          lakegate.url,
          'mutation ($events: [RatingInput!]!) { ingestRatings(events: $events, wait: true) { admitted } }',
          { events },
        );
        await post('/ingest/rating?wait=true', `${JSON.stringify(first)}\nnonsense`);
        const after = await ledger({ kind: 'RATING' });
        expect(after).toMatchObject({
          expected: before.expected + 2,
          seen: before.seen + 2,
          gaps: 0,
          duplicates: 0,
          gapRanges: [],
          duplicateRanges: [],
        });
        expect(after.partitions.map(({ topic, partition, lag }) => [topic, partition, lag])).toEqual(
          [0, 1, 2, 3].map((partition) => ['ratings', partition, 0]),
        );
      });

      test('of all kinds is the sum of each, and of a time in which nothing came it is nothing', async () => {
        const each = await Promise.all(lakegate.model.kinds.map(({ kind }) => ledger({ kind })));
        const all = await ledger({});
        expect(all.expected).toBe(each.reduce((sum, { expected }) => sum + expected, 0));
        expect(all.partitions).toHaveLength(4 * lakegate.model.kinds.length);
        const longAgo = { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' };
        expect(await ledger({ range: longAgo })).toMatchObject({ expected: 0, seen: 0, gaps: 0, duplicates: 0 });
        expect((await ledger({ range: { last: '1h' } })).expected).toBe(all.expected);
      });
    });

    describe('what is refused is kept', () => {
      interface Rejected {
        readonly rejected: {
          readonly totalCount: number;
          readonly nodes: readonly {
            readonly payload: string;
            readonly source: string;
            readonly rejection: { readonly code: string; readonly pointer: string };
          }[];
          readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
        };
      }

      async function rejected(
        where: Record<string, unknown>,
        page: { first?: number; after?: string } = {},
      ): Promise<Rejected['rejected']> {
        const { data, errors } = await graphql<Rejected>(
          lakegate.url,
          `query ($where: RejectedEventWhere, $first: Int! = 50, $after: Cursor) {
         rejected(where: $where, first: $first, after: $after) {
           totalCount pageInfo { hasNextPage endCursor }
           nodes { id kind receivedAt source payload payloadEncoding replayedAt rejection { code pointer expected got } } } }`,
          { where, ...page },
        );
        expect(errors).toBeUndefined();
        return data.rejected;
      }

      test('whole, with its reason, and is there as soon as the answer is', async () => {
        const line = `{"id": "${newId()}", "nonsense": tru`;
        await post('/ingest/transaction', line);
        const [newest] = (await rejected({ kind: 'TRANSACTION', codes: ['NOT_JSON'] })).nodes;
        expect(newest).toMatchObject({ payload: line, source: 'bulk', rejection: { code: 'NOT_JSON' } });
      });

      test('page by page, newest first, each exactly once whatever arrives in between', async () => {
        const marks = Array.from({ length: 5 }, () => newId());
        for (const mark of marks) await post('/ingest/sale', `{"id": "${mark}"}`);
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page: Rejected['rejected'] = await rejected(
            { kind: 'SALE' },
            { first: 2, ...(after === undefined ? {} : { after }) },
          );
          seen.push(...page.nodes.map(({ payload }) => JSON.parse(payload).id));
          await post('/ingest/sale', `{"id": "later"}`);
          after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
        } while (after !== undefined);
        expect(seen).toEqual(marks.toReversed());
      });

      test('also when GraphQL itself refuses the request, with the place of the value and the body as it came', async () => {
        const id = newId();
        const events = [payment(newId()), payment(id, { amount: 'a lot' })];
        const { errors } = await graphql(lakegate.url, INGEST, { events });
        expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
        const kept = (await rejected({ source: { eq: 'graphql' }, codes: ['WRONG_TYPE'] })).nodes.find(({ payload }) =>
          payload.includes(id),
        );
        expect(kept?.rejection.pointer).toBe('/variables/events/1/amount');
        expect(JSON.parse(kept?.payload ?? '{}').variables.events).toEqual(events);
      });

      test('and so is an inline value that no type takes, such as 1e999', async () => {
        const id = newId();
        const query = `mutation { ingestTransactions(events: [{id: "${id}", userId: "a", amount: 1e99999999, currency: "USD",
      status: CAPTURED, category: "x", occurredAt: "2026-11-21T10:00:00Z"}]) { admitted } }`;
        const { errors } = await graphql(lakegate.url, query);
        expect(errors?.[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
        const kept = (await rejected({ source: { eq: 'graphql' } })).nodes.find(({ payload }) => payload.includes(id));
        expect(kept?.rejection.code).toBe('WRONG_TYPE');
      });
    });

    describe('numbers in a mutation', () => {
      test('are read from their text: no more digits than a double keeps, and no infinity', async () => {
        const inline = async (amount: string) => {
          const { data, errors } = await graphql<Ingested>(
            lakegate.url,
            `mutation { ingestTransactions(events: [{id: "${newId()}", userId: "a", amount: ${amount}, currency: USD, status: CAPTURED,
           category: "x", occurredAt: "${new Date().toISOString()}"}]) { verdicts { verdict rejection { code } } } }`,
          );
          const [verdict] = errors === undefined ? data.ingestTransactions.verdicts : [];
          return errors?.[0]?.extensions.code ?? verdict?.rejection?.code ?? verdict?.verdict;
        };
        expect(await inline('12.5')).toBe('ADMITTED');
        expect(await inline('"123456789012.3456"')).toMatch(/OUT_OF_RANGE/);
        expect(await inline('1e999')).toBe('OUT_OF_RANGE');
        expect(await inline('0.1234567890123456789')).toBe('GRAPHQL_VALIDATION_FAILED');
      });
    });

    describe('numbers in variables', () => {
      test('are judged as they were written too, not as parsing left them', async () => {
        const send = async (amount: string) => {
          const event = JSON.stringify(
            payment(newId(), { amount: 'here', category: '1.00000000000000000001' }),
          ).replace('"here"', amount);
          const answer = await fetch(`${lakegate.url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: `{"query": ${JSON.stringify(INGEST)}, "variables": {"wait": false, "events": [${event}]}}`,
          });
          const { data, errors } = (await answer.json()) as {
            data?: Ingested;
            errors?: { extensions: { code: string } }[];
          };
          return errors?.[0]?.extensions.code ?? data?.ingestTransactions.verdicts[0]?.verdict;
        };
        expect(await send('100.00000000000000000001')).toBe('BAD_USER_INPUT');
        expect(await send('0.1234567890123456')).toBe('BAD_USER_INPUT');
        expect(await send('100.0000')).toBe('ADMITTED');
        expect(await send('"100.5000000000000000000"')).toBe('ADMITTED');
      });
    });

    describe('the bulk route', () => {
      test('knows a kind by every spelling of its name, and names the nearest to a wrong one', async () => {
        const line = (id: string) =>
          JSON.stringify({ id, service: 'api', level: 'INFO', message: 'hello', occurredAt: new Date().toISOString() });
        for (const name of ['logLine', 'log-line', 'log_line']) {
          const answer = await post(`/ingest/${name}?verdicts=all`, line(newId()));
          expect([name, answer.status, (await json(answer)).rejected]).toEqual([name, 202, 0]);
        }
        const unknown = await post('/ingest/transactoin', '{}');
        expect(unknown.status).toBe(404);
        expect((await json(unknown)).error).toMatchObject({
          code: 'UNKNOWN_KIND',
          message: expect.stringContaining('did you mean transaction?'),
        });
      });

      test('takes gzip, and refuses what it does not know with the code that says so', async () => {
        const zipped = await post('/ingest/transaction', gzipSync(JSON.stringify(payment(newId()))), {
          'content-encoding': 'gzip',
        });
        expect(await zipped.json()).toMatchObject({ admitted: 1 });
        const encoding = await post('/ingest/transaction', 'x', { 'content-encoding': 'zstd' });
        expect([encoding.status, (await json(encoding)).error.code]).toEqual([415, 'UNSUPPORTED_ENCODING']);
        const type = await post('/ingest/transaction', 'x', { 'content-type': 'image/png' });
        expect([type.status, (await json(type)).error.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
        const option = await post('/ingest/transaction?wait=perhaps', JSON.stringify(payment(newId())));
        expect([option.status, (await json(option)).error.code]).toEqual([400, 'BAD_REQUEST']);
      });
    });

    describe('figures for an operator', () => {
      async function figures(): Promise<ReadonlyMap<string, number>> {
        const text = await (await fetch(`${lakegate.url}/metrics`)).text();
        const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
        return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
      }

      test('count events by what became of them, and say how long it took and what is up', async () => {
        const before = await figures();
        const event = payment(newId());
        await ingest(event, event, payment(newId(), { amount: '-1' }));
        await post('/ingest/transaction', JSON.stringify(payment(newId())));
        const after = await figures();
        const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
        const ofVerdict = (verdict: string) => grown(`lakegate_events_total{kind="transaction",verdict="${verdict}"}`);
        expect(['admitted', 'duplicate', 'rejected', 'pending'].map(ofVerdict)).toEqual([2, 1, 1, 0]);
        expect(grown('lakegate_ingest_seconds_count')).toBe(2);
        await until(async () => ((await figures()).get('lakegate_visible_seconds_count') ?? 0) > 0);
        expect(after.get('lakegate_log_up')).toBe(1);
        expect(after.get('lakegate_warehouse_up')).toBe(1);
        expect(after.get('lakegate_fenced_commits_total')).toBe(0);
        expect(after.get('lakegate_skipped_records_total')).toBe(0);
        expect(after.get('process_start_time_seconds')).toBeGreaterThan(0);
      });

      test('hold nothing that names a tenant, a user or an event', async () => {
        const id = newId();
        await ingest(payment(id, { userId: 'user-of-figures' }));
        const names = [...(await figures()).keys()].join('\n');
        for (const secret of [id, 'user-of-figures', 'default']) expect(names).not.toContain(`"${secret}"`);
      });

      test('tell the lag of every reader by topic and partition, the same in GraphQL', async () => {
        await ingest(payment(newId()));
        const { data } = await graphql<{
          lag: { topic: string; partition: number; group: string; endOffset: string }[];
        }>(lakegate.url, '{ lag { topic partition group committedOffset endOffset lag } }');
        const ofTransactions = data.lag.filter(({ topic, group }) => topic === 'transactions' && group === 'WAREHOUSE');
        expect(ofTransactions.map(({ partition }) => partition)).toEqual([0, 1, 2, 3]);
        expect(ofTransactions).toContainEqual(
          expect.objectContaining({ lag: 0, endOffset: expect.not.stringMatching(/^0$/) }),
        );
        const name = 'lakegate_lag_records{topic="transactions",partition="0",group="warehouse"}';
        await until(async () => (await figures()).get(name) !== undefined);
      });
    });

    describe('what is here', () => {
      test('health, readiness, version, the front page and the JSON Schema of a kind answer', async () => {
        const get = (path: string, accept = '*/*') => fetch(`${lakegate.url}${path}`, { headers: { accept } });
        expect(await (await get('/healthz')).json()).toMatchObject({
          status: 'ok',
          checks: { warehouse: { status: 'ok' } },
        });
        expect(await (await get('/readyz')).json()).toMatchObject({ status: 'ok', checks: { log: { status: 'ok' } } });
        expect(await (await get('/version')).json()).toMatchObject({ name: 'lakegate' });
        expect(await (await get('/')).text()).toContain(`${lakegate.url}/graphql`);
        expect((await get('/', 'text/html')).headers.get('content-type')).toContain('text/html');
        expect(await (await get('/schema/log-line.json')).json()).toMatchObject({ title: 'LogLine', type: 'object' });
      });

      test('kinds say what can be asked, and what each rollup costs', async () => {
        await ingest(payment(newId()));
        const { data } = await graphql<{
          kinds: { kind: string; rollups: { name: string; rows: number; rowsPerEvent: number }[] }[];
        }>(
          lakegate.url,
          '{ kinds { kind plural key sdl jsonSchema dimensions { name type high } measures { name type additive approximate money } rollups { name by every rows rowsPerEvent } } }',
        );
        expect(data.kinds.map(({ kind }) => kind)).toEqual(['ACTIVITY', 'LOG_LINE', 'RATING', 'SALE', 'TRANSACTION']);
        const minute = data.kinds.at(-1)?.rollups.find(({ name }) => name === 'rollup_1m');
        expect(minute?.rows).toBeGreaterThan(0);
        expect(minute?.rowsPerEvent).toBeLessThanOrEqual(1);
      });

      test('a question that is refused is null with its code, and its neighbour in the same request stands', async () => {
        const { data, errors } = await graphql(
          lakegate.url,
          `{ good: transactionMetrics(range: {last: "1h"}) { total { count } }
         bad: transactionMetrics(range: {last: "1h"}) { rows { category } } }`,
        );
        expect(data).toMatchObject({ good: { total: { count: expect.any(Number) } }, bad: null });
        expect(errors).toMatchObject([{ path: ['bad'], extensions: { code: 'NOT_GROUPED' } }]);
      });

      test('the body of an answer never says that it was kept; a header does', async () => {
        const ask = async () => {
          const query =
            '{ saleMetrics(range: {from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z"}) { total { count } } }';
          const answer = await fetch(`${lakegate.url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query }),
          });
          return { outcome: answer.headers.get('lakegate-cache'), body: await answer.text() };
        };
        const first = await ask();
        const second = await ask();
        expect([first.outcome, second.outcome]).toEqual(['miss', 'hit']);
        expect(second.body).toBe(first.body);
      });

      test('a version that this server never gave is refused at once, never answered with an old number', async () => {
        const far = `v1.${Buffer.from(JSON.stringify({ transactions: [{ 0: '999999999' }] })).toString('base64url')}`;
        const { data, errors } = await graphql(
          lakegate.url,
          'query ($v: Version) { transactionMetrics(range: {last: "1h"}, atLeast: $v) { total { count } } }',
          { v: far },
        );
        expect(data).toEqual({ transactionMetrics: null });
        expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
      });
    });
  });
}
