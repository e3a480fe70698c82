import { type Client, createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { EventGenerator } from '../../../src/cli/generate/event-generator.ts';
import { encodeEventCursor } from '../../../src/live/events/event-cursor.ts';
import { rootFieldsOf } from '../../../src/model/names.ts';
import { graphql, type LakegateHere, removeDir, startLakegateHere } from '../../support/lakegate.ts';
import { until } from '../../support/until.ts';
import { alert, late, matched, NOON_US, result, session, writeOutputs } from '../../support/written-by-jobs.ts';

let lakegate: LakegateHere;
let client: Client;

beforeAll(async () => {
  lakegate = await startLakegateHere();
  client = createClient({
    url: `${lakegate.url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
});

afterAll(async () => {
  await client?.dispose();
  await lakegate?.stop();
  if (lakegate !== undefined) removeDir(lakegate.dataDir);
});

interface Reading {
  /** Of the one field. */
  readonly messages: Record<string, unknown>[];
  /** Why it ended. */
  readonly errors: unknown[];
  end(): void;
}

/** Reads until the test says to end. */
function read(query: string, variables: Record<string, unknown> = {}): Reading {
  const messages: Record<string, unknown>[] = [];
  const errors: unknown[] = [];
  const end = client.subscribe<Record<string, Record<string, unknown>>>(
    { query, variables },
    {
      next: ({ data, errors: faults }) => {
        if (faults !== undefined) errors.push(...faults);
        else messages.push(...Object.values(data ?? {}));
      },
      error: (error) => errors.push(...(Array.isArray(error) ? error : [error])),
      complete: () => {},
    },
  );
  return { messages, errors, end };
}

async function messagesOf(reading: Reading, count: number): Promise<readonly Record<string, unknown>[]> {
  await until(() => reading.messages.length >= count || reading.errors.length > 0);
  expect(reading.errors).toEqual([]);
  return reading.messages;
}

/** For streams that do not greet: read from their very beginning. */
async function beginningOf(topic: string): Promise<string> {
  const ends = await lakegate.log.ends(topic);
  return encodeEventCursor({ topic, next: ends.map(({ first }) => first), until: null });
}

function isByHand({ job }: { readonly job: string }): boolean {
  return job === 'by-hand';
}

const EVENT =
  'id userId amount currency status category country merchant occurredAt meta { kind id key time receivedAt late position { topic partition offset } }';

test('an event is told as a query for it answers, with everything the product knows of it', async () => {
  const reading = read(
    `subscription { transactionAdded(where: {category: {eq: "books"}}) { nodes { ${EVENT} } cursor skipped { count } } }`,
  );
  await messagesOf(reading, 1);
  const { errors } = await graphql(
    lakegate.url,
    `mutation { ingestTransactions(wait: true, events: [
      {id: "e-1", userId: "ada", amount: "12.50", currency: EUR, status: CAPTURED, category: "books", occurredAt: "2026-11-21T10:00:00+02:00"},
      {id: "e-2", userId: "ada", amount: "1", currency: EUR, status: CAPTURED, category: "food", occurredAt: "2026-11-21T10:00:00Z"}
    ]) { admitted visible } }`.replaceAll('2026-11-21', new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)),
  );
  expect(errors).toBeUndefined();
  const [greeting, added] = await messagesOf(reading, 2);
  reading.end();
  expect(greeting).toMatchObject({ nodes: [], skipped: null });
  const { data } = await graphql(lakegate.url, `{ transaction(id: "e-1") { ${EVENT} } }`);
  expect(added?.nodes).toEqual([data.transaction]);
});

test('events of every kind are told in the spelling in which queries answer, whatever is in them', async () => {
  const { model } = lakegate;
  for (const kind of model.kinds) {
    const timeline = { startMs: Date.now() - 600_000, stepMs: 1_000 };
    const generator = new EventGenerator({ kind, enums: model.enums, seed: 'told', timeline });
    const lines = Array.from({ length: 100 }, (_, n) => generator.make(n, generator.item()).line);
    expect((await sendLines(kind.singular, lines)).ok).toBe(true);
    const fields = `${kind.fields.map(({ name }) => name).join(' ')} meta { kind id key time receivedAt late position { topic partition offset } }`;
    const { many, added } = rootFieldsOf(kind);
    const { data } = await graphql<Record<string, { nodes: TypedEvent[] }>>(
      lakegate.url,
      `{ ${many}(first: 1000) { nodes { ${fields} } } }`,
    );
    const wanted = data[many]?.nodes ?? [];
    expect(wanted.length).toBeGreaterThan(50);
    const told = await allOf(`${added}(after: $after)`, `nodes { ${fields} }`, kind.plural, wanted.length);
    expect(byId(told as unknown as TypedEvent[])).toEqual(byId(wanted));
  }
});

interface TypedEvent {
  readonly meta: { readonly id: string };
}

function byId(events: readonly TypedEvent[]): readonly TypedEvent[] {
  return events.toSorted((a, b) => (a.meta.id < b.meta.id ? -1 : 1));
}

function sendLines(kind: string, lines: readonly string[]): Promise<Response> {
  return fetch(`${lakegate.url}/ingest/${kind}?wait=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
}

test('alerts, sessions, results, late and refused events are told as they are written', async () => {
  const after = {
    alerts: await beginningOf('alerts'),
    sessions: await beginningOf('sessions'),
    results: await beginningOf('results'),
    late: await beginningOf('late'),
    rejected: await beginningOf('rejected'),
  };
  const { data: jobs } = await graphql<{ jobs: { id: string; name: string }[] }>(lakegate.url, '{ jobs { id name } }');
  const job = jobs.jobs.find(({ name }) => name === 'two-large-payments');
  const subscription = (field: string) => `subscription ($after: Cursor) { ${field} }`;
  const readings = {
    alert: read(
      subscription(
        'alertRaised(where: {rules: ["by-hand"]}, after: $after) { alert { id rule key reason status shadow matchedAt events { meta { id } } } cursor }',
      ),
      { after: after.alerts },
    ),
    session: read(
      subscription(
        'sessionUpdated(where: {userId: {eq: "ada"}, open: false}, after: $after) { session { id userId start end open pages } joinedInto cursor }',
      ),
      { after: after.sessions },
    ),
    result: read(
      subscription(
        `jobResultAdded(job: "${job?.id}", after: $after) { result { id key start end revision values } cursor }`,
      ),
      { after: after.results },
    ),
    late: read(
      subscription(
        'lateEventAdded(kind: TRANSACTION, after: $after) { event { missedWindowEnd byMs corrected job event { meta { id kind } } } cursor }',
      ),
      { after: after.late },
    ),
    rejected: read(
      subscription(
        'rejectedAdded(where: {codes: [OUT_OF_RANGE]}, after: $after) { event { kind rejection { code pointer } payload replayedAt } cursor }',
      ),
      { after: after.rejected },
    ),
  };
  await writeOutputs(lakegate.log, [
    alert('a-1', { events: [matched('t-7')] }),
    session('s-0', { open: true }),
    session('s-1'),
    session('s-2', { mergedInto: 's-1' }),
    late(matched('t-8'), { missedEndUs: NOON_US }),
  ]);
  await writeOutputs(lakegate.log, [result(NOON_US)], { job: 'another' });
  const version = await writeOutputs(lakegate.log, [result(NOON_US)], { job: 'two-large-payments', key: 'ada' });
  await graphql(
    lakegate.url,
    'mutation { ingestTransactions(events: [{id: "bad", userId: "ada", amount: "0", currency: EUR, status: CAPTURED, category: "x", occurredAt: "2026-11-21T10:00:00Z"}]) { rejected } }',
  );

  const [alerted] = await messagesOf(readings.alert, 1);
  expect(alerted?.alert).toMatchObject({
    id: 'a-1',
    rule: 'by-hand',
    status: 'OPEN',
    events: [{ meta: { id: 't-7' } }],
  });
  const sessions = await messagesOf(readings.session, 2);
  expect(sessions.map(({ joinedInto, session: state }) => [(state as { id: string }).id, joinedInto])).toEqual([
    ['s-1', null],
    ['s-2', 's-1'],
  ]);
  // Where the tests before took their time, jobs found some of their events late.
  const byHand = () => readings.late.messages.map(({ event }) => event as { job: string }).find(isByHand);
  await until(() => byHand() !== undefined || readings.late.errors.length > 0);
  expect(byHand()).toMatchObject({ corrected: false, event: { meta: { id: 't-8', kind: 'TRANSACTION' } } });
  const [refused] = await messagesOf(readings.rejected, 1);
  expect(refused?.event).toMatchObject({ kind: 'TRANSACTION', rejection: { code: 'OUT_OF_RANGE' }, replayedAt: null });

  await lakegate.progress.waitFor(version, 60_000);
  const [published] = await messagesOf(readings.result, 1);
  const { data } = await graphql<{ job: { results: { nodes: unknown[] } } }>(
    lakegate.url,
    `{ job(id: "${job?.id}") { results { nodes { id key start end revision values } } } }`,
  );
  expect([published?.result]).toEqual(data.job.results.nodes);
  for (const reading of Object.values(readings)) reading.end();
});

test('a live rating begins with what is known and follows every change', async () => {
  const reading = read('subscription { liveRatingUpdates(playerId: "p-1") { id ratingNow ratingCount } }');
  expect(await messagesOf(reading, 1)).toEqual([{ id: 'p-1', ratingNow: null, ratingCount: 0 }]);
  const send = (rating: string, version: number) =>
    graphql(
      lakegate.url,
      `mutation { ingestRatings(events: [{ratingId: "r-1", version: ${version}, playerId: "p-1", matchId: "m", rating: "${rating}", occurredAt: "${new Date().toISOString()}"}]) { admitted verdicts { rejection { expected } } } }`,
    );
  expect((await send('7', 1)).errors).toBeUndefined();
  await until(() => reading.messages.at(-1)?.ratingNow === 7 || reading.errors.length > 0);
  await send('8.5', 2);
  await until(() => reading.messages.at(-1)?.ratingNow === 8.5 || reading.errors.length > 0);
  expect(reading.errors).toEqual([]);
  expect(reading.messages.at(-1)).toEqual({ id: 'p-1', ratingNow: 8.5, ratingCount: 1 });
  reading.end();
});

const PIPELINE =
  'pipeline { status eventsPerSecond freshnessMsP50 freshnessMsP99 lag rejectedLastHour lateLastHour subscribers cacheHitRatio ledger { expected seen gaps duplicates } }';

function expectedIn(figures: Record<string, unknown> | undefined): number {
  return (figures as { ledger: { expected: number } } | undefined)?.ledger.expected ?? 0;
}

test('the figures of the pipeline are there at once, and again when something has changed', async () => {
  const reading = read(`subscription { ${PIPELINE} }`);
  const [first] = await messagesOf(reading, 1);
  expect(first).toMatchObject({ status: 'OK', subscribers: 1, ledger: { gaps: 0, duplicates: 0 } });
  const expected = expectedIn(first);
  await graphql(
    lakegate.url,
    `mutation { ingestTransactions(wait: true, events: [{id: "p-1", userId: "bob", amount: "1", currency: EUR, status: CAPTURED, category: "x", occurredAt: "${new Date().toISOString()}"}]) { visible } }`,
  );
  await until(() => expectedIn(reading.messages.at(-1)) > expected);
  expect(reading.messages.at(-1)).toMatchObject({
    status: 'OK',
    freshnessMsP50: expect.any(Number),
    ledger: { gaps: 0 },
  });
  const { data, errors } = await graphql(lakegate.url, `{ ${PIPELINE} }`);
  expect(errors).toBeUndefined();
  expect(data.pipeline).toMatchObject({ status: 'OK', rejectedLastHour: 1, lateLastHour: expect.any(Number) });
  reading.end();
});

test('a cursor of another stream, and one that was cut, is refused', async () => {
  const after = await beginningOf('alerts');
  for (const wrong of [after, 'e1.abc', after.slice(0, -3)]) {
    const reading = read('subscription ($after: Cursor) { transactionAdded(after: $after) { cursor } }', {
      after: wrong,
    });
    await until(() => reading.errors.length > 0);
    expect(reading.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
  }
});

/** Every node of a stream from its beginning, as far as there are. */
async function allOf(
  field: string,
  nodes: string,
  topic: string,
  count: number,
): Promise<readonly Record<string, unknown>[]> {
  const reading = read(`subscription ($after: Cursor) { ${field} { ${nodes} cursor } }`, {
    after: await beginningOf(topic),
  });
  const found = () => reading.messages.flatMap((message) => (message.nodes as never) ?? [message.event]);
  await until(() => found().length >= count || reading.errors.length > 0);
  expect(reading.errors).toEqual([]);
  reading.end();
  return found();
}

describe('a filter lets through what it lets through in a query', () => {
  beforeAll(sendVaried);

  const idOf = (node: unknown) => (node as { id: string }).id;

  test.each([
    '{}',
    '{category: {ne: "books"}}',
    '{amount: {gte: "2.50"}, or: [{currency: {eq: USD}}, {merchant: {isNull: true}}]}',
    '{not: {userId: {in: ["u-1", "u-2"]}}}',
    '{merchant: {startsWith: "m", contains: "3"}}',
    '{occurredAt: {lt: "2099-01-01T00:00:00+02:00"}, status: {notIn: [CAPTURED]}}',
  ])('of events: %s', async (where) => {
    const { data } = await graphql<{ transactions: { nodes: unknown[] } }>(
      lakegate.url,
      `{ transactions(where: ${where}, first: 1000) { nodes { id } } }`,
    );
    const wanted = data.transactions.nodes.map(idOf).toSorted();
    expect(wanted.length).toBeGreaterThan(0);
    const told = await allOf(
      `transactionAdded(where: ${where}, after: $after)`,
      'nodes { id }',
      'transactions',
      wanted.length,
    );
    expect(told.map(idOf).toSorted()).toEqual(wanted);
  });

  test.each([
    '{}',
    '{kind: TRANSACTION, codes: [OUT_OF_RANGE, MISSING_FIELD]}',
    '{kind: RATING}',
    '{source: {ne: "graphql"}}',
    '{source: {startsWith: "bu", contains: "lk"}, receivedAt: {gte: "2020-01-01T00:00:00Z"}, replayed: false}',
    '{receivedAt: {isNull: false}, codes: [WRONG_TYPE]}',
  ])('of what was refused: %s', async (where) => {
    const { data } = await graphql<{ rejected: { nodes: unknown[] } }>(
      lakegate.url,
      `{ rejected(where: ${where}, first: 1000) { nodes { id } } }`,
    );
    const wanted = data.rejected.nodes.map(idOf).toSorted();
    expect(wanted.length).toBeGreaterThan(0);
    const told = await allOf(
      `rejectedAdded(where: ${where}, after: $after)`,
      'event { id }',
      'rejected',
      wanted.length,
    );
    expect(told.map(idOf).toSorted()).toEqual(wanted);
  });
});

/** Forty events that differ in everything, and some that are refused. */
async function sendVaried(): Promise<void> {
  const occurredAt = new Date().toISOString();
  const events = Array.from({ length: 40 }, (_, n) => ({
    id: `v-${n}`,
    userId: `u-${n % 5}`,
    amount: String(n / 4 + 0.25),
    currency: n % 3 === 0 ? 'USD' : 'EUR',
    status: n % 4 === 0 ? 'DECLINED' : 'CAPTURED',
    category: ['books', 'food'][n % 2],
    ...(n % 2 === 0 ? {} : { merchant: `m-${n}` }),
    occurredAt,
  }));
  const refused = [{ ...events[0], id: 'x-1', amount: '0' }, { id: 'x-2' }, { ...events[0], id: 'x-3', amount: [] }];
  const post = (kind: string, rows: readonly unknown[]) =>
    sendLines(
      kind,
      rows.map((row) => JSON.stringify(row)),
    );
  expect((await post('transaction', [...events, ...refused])).ok).toBe(true);
  expect((await post('rating', [{ ratingId: 'r' }])).ok).toBe(true);
}
