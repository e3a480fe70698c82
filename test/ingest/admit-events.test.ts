import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimOf } from '../../src/ingest/admit-events.ts';
import { keepDuplicates } from '../../src/ingest/keep-duplicates.ts';
import { REJECTED_TOPIC } from '../../src/model/record-format.ts';
import { DISORDER_MS } from '../../src/model/watermark.ts';
import { compiled } from '../support/compiled.ts';
import { DAY_MS, openIngest, type TestIngest, transaction } from '../support/open-ingest.ts';

describe('admission', () => {
  let ingest: TestIngest;
  beforeEach(async () => {
    ingest = await openIngest();
  });
  afterEach(() => ingest.stop());

  test('an id with the same content is admitted once, in one call and over several, however it is spelled', async () => {
    const kind = ingest.kind('transaction');
    const first = await ingest.admit(kind, [transaction(), transaction()]);
    expect(verdicts(first)).toEqual(['ADMITTED', 'DUPLICATE']);

    const respelled = { occurredAt: '2026-11-21T11:59:59.000+02:00', currency: 'usd', amount: 1.25e3, country: null };
    const again = await ingest.admit(kind, [{ ...respelled, ...without(transaction(), respelled) }]);
    expect(verdicts(again)).toEqual(['DUPLICATE']);
    expect(again.verdicts[0]?.position).toEqual(first.verdicts[0]?.position);
    expect(again.version).toEqual(first.version);
    expect(await ingest.stored('transactions')).toHaveLength(1);
  });

  test('of many calls at once with one id, exactly one admits it', async () => {
    const kind = ingest.kind('transaction');
    const calls = await Promise.all(Array.from({ length: 20 }, () => ingest.admit(kind, [transaction()])));
    expect(calls.flatMap(verdicts).sort()).toEqual(['ADMITTED', ...Array.from({ length: 19 }, () => 'DUPLICATE')]);
    expect(await ingest.stored('transactions')).toHaveLength(1);
  });

  test('an id with other content is refused as a conflict that names the first one, in one call and over several', async () => {
    const kind = ingest.kind('transaction');
    const { verdicts: both } = await ingest.admit(kind, [transaction(), transaction({ amount: '1' })]);
    expect(both[1]).toMatchObject({
      verdict: 'REJECTED',
      id: 't-1',
      rejection: { code: 'ID_CONFLICT', pointer: '/id' },
    });
    expect(both[1]?.rejection?.expected).toMatch(/at transactions\/\d\/0,/);

    const later = await ingest.admit(kind, [transaction({ merchant: 'other' })]);
    expect(later).toMatchObject({ admitted: 0, duplicates: 0, rejected: 1 });
    expect(later.version.offsets.size).toBe(0);
    expect(await ingest.stored('transactions')).toHaveLength(1);
    expect((await ingest.stored(REJECTED_TOPIC)).map(({ members }) => [members.code, members.eventId])).toEqual([
      ['ID_CONFLICT', 't-1'],
      ['ID_CONFLICT', 't-1'],
    ]);
  });

  test('ids belong to a tenant and a kind', async () => {
    const kind = ingest.kind('transaction');
    await ingest.admit(kind, [transaction()], 'a');
    expect(verdicts(await ingest.admit(kind, [transaction({ amount: '2' })], 'b'))).toEqual(['ADMITTED']);
    const tenants = (await ingest.stored('transactions')).map(({ members }) => members._tenant);
    expect(tenants.sort()).toEqual(['a', 'b']);
    expect(claimOf('a/b', kind, 'c')).not.toBe(claimOf('a', kind, 'b/c'));
  });

  test('an event that came in the usual form goes on byte by byte; another is written anew, exactly', async () => {
    const kind = ingest.kind('transaction');
    const usual =
      '"amount":"1250.00" , "id":"as-it-is","userId":"ada","currency":"USD","status":"CAPTURED","category":"caf\u00e9","occurredAt":"2026-11-21T11:00:00+01:00"';
    const unusual =
      '"id":"anew","\\u0075serId":7,"amount":1.2500e1,"currency":"eur","status":"CAPTURED",\n"category":"a\\nb","country":"de","occurredAt":"2026-11-21T09:00:00.5Z"';
    await ingest.admit(kind, [Buffer.from(`{${usual}}`), Buffer.from(`{${unusual}}`)]);
    const [asItIs, anew] = (await ingest.stored('transactions')).sort((a, b) => (a.text < b.text ? 1 : -1));
    expect(asItIs?.text).toBe(`${headOf('1795255200000000')}${usual}}`);
    expect(anew?.text).toBe(
      `${headOf('1795251600500000', Date.parse('2026-11-21T09:59:50Z'))}"id":"anew","userId":"7","amount":"12.5","currency":"EUR","status":"CAPTURED","category":"a\\nb","country":"DE","occurredAt":"2026-11-21T09:00:00.500000Z"}`,
    );
  });

  test('events of one key keep their order, and offsets are those of the verdicts', async () => {
    const kind = ingest.kind('transaction');
    const events = Array.from({ length: 300 }, (_, n) => transaction({ id: `t-${n}`, userId: `user-${n % 3}` }));
    const admitted = await Promise.all([
      ingest.admit(kind, events.slice(0, 100)),
      ingest.admit(kind, events.slice(100, 200)),
      ingest.admit(kind, events.slice(200)),
    ]);
    const stored = await ingest.stored('transactions');
    for (const user of ['user-0', 'user-1', 'user-2']) {
      const sequence = stored.filter(({ members }) => members.userId === user).map(({ members }) => members.id);
      expect(sequence).toEqual(events.filter(({ userId }) => userId === user).map(({ id }) => id));
    }
    for (const { id, position } of admitted.flatMap(({ verdicts: each }) => each)) {
      const record = stored.find((each) => each.partition === position?.partition && each.offset === position.offset);
      expect(record?.members.id).toBe(id);
    }
  });

  test('the version covers everything admitted, and the first sighting of every duplicate', async () => {
    const kind = ingest.kind('transaction');
    const events = Array.from({ length: 50 }, (_, n) => transaction({ id: `t-${n}`, userId: `user-${n}` }));
    const { version } = await ingest.admit(kind, events);
    const ends = await ingest.log.ends('transactions');
    const last = new Map(ends.filter(({ next }) => next > 0n).map(({ partition, next }) => [partition, next - 1n]));
    expect(version.offsets).toEqual(new Map([['transactions', last]]));
    expect((await ingest.admit(kind, events)).version).toEqual(version);
  });

  test('a record carries the watermark it met, so that lateness is a fact of the log', async () => {
    const kind = ingest.kind('transaction');
    await ingest.admit(kind, [transaction({ id: 'newest' })]);
    await ingest.admit(kind, [transaction({ id: 'late', occurredAt: '2026-11-21T09:00:00Z' })]);
    const [newest, late] = await ingest.stored('transactions');
    expect(newest?.members._watermark).toBe(0);
    expect(late?.members._watermark).toBe(Date.parse('2026-11-21T09:59:49Z'));
    expect(Number(late?.members._time)).toBeLessThan(Number(late?.members._watermark) * 1000);
  });

  test('what is durable holds the watermark back no longer', async () => {
    const kind = ingest.kind('transaction');
    const events = Array.from({ length: 20 }, (_, n) => transaction({ id: `t-${n}`, userId: `user-${n}` }));
    await Promise.all([ingest.admit(kind, events), ingest.admit(kind, events)]);
    const loaded = [0, 1, 2, 3].map((partition) => ({ partition, caughtUp: true, lastWatermarkMs: null }));
    const newestMs = Date.parse('2026-11-21T09:59:59Z');
    expect(ingest.watermark(kind).candidateMs(loaded, ingest.clock.nowMs())).toBe(newestMs - DISORDER_MS);
  });

  test.each([
    ['2026-11-21T10:05:00Z', 'ADMITTED', null],
    ['2026-11-21T10:05:00.001Z', 'REJECTED', 'TIME_IN_FUTURE'],
    ['2026-11-14T10:00:00Z', 'ADMITTED', null],
    ['2026-11-14T09:59:59.999Z', 'REJECTED', 'TIME_TOO_OLD'],
    ['9999-12-31T23:59:59Z', 'REJECTED', 'OUT_OF_RANGE'],
    ['1970-01-01T00:00:00Z', 'REJECTED', 'TIME_TOO_OLD'],
  ])('an event of %s, received at 10:00 on 2026-11-21, is %s', async (occurredAt, verdict, code) => {
    const {
      verdicts: [only],
    } = await ingest.admit(ingest.kind('transaction'), [transaction({ occurredAt })]);
    expect([only?.verdict, only?.rejection?.code ?? null]).toEqual([verdict, code]);
  });

  test('what is refused is kept whole, with its reason and the id it has, before the answer', async () => {
    const kind = ingest.kind('transaction');
    const events = [transaction({ amount: '0' }), Buffer.from('{"id":"x",'), Buffer.from([0x7b, 0xff, 0x7d])];
    const { verdicts: all } = await ingest.admit(kind, events);
    expect(all.map(({ rejection }) => rejection)).toMatchObject([
      { code: 'OUT_OF_RANGE', pointer: '/amount', expected: 'at least 0.01', got: '0' },
      { code: 'NOT_JSON', pointer: '' },
      { code: 'NOT_JSON', pointer: '' },
    ]);
    const kept = (await ingest.stored(REJECTED_TOPIC)).map(({ members }) => members);
    expect(kept).toMatchObject([
      { _tenant: 'default', kind: 'TRANSACTION', eventId: 't-1', source: 'bulk', payload: JSON.stringify(events[0]) },
      { eventId: null, payload: '{"id":"x",', payloadEncoding: 'TEXT' },
      { eventId: null, payload: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), payloadEncoding: 'BASE64' },
    ]);
    expect(new Set(kept.map(({ id }) => id)).size).toBe(3);
  });

  test('ids are remembered over a restart', async () => {
    await ingest.admit(ingest.kind('transaction'), [transaction()]);
    ingest = await ingest.reopened();
    ingest.clock.advance(DAY_MS);
    const kind = ingest.kind('transaction');
    expect(verdicts(await ingest.admit(kind, [transaction(), transaction({ amount: '2' })]))).toEqual([
      'DUPLICATE',
      'REJECTED',
    ]);
  });

  test('inputs of GraphQL are judged like bytes, with pointers into the arguments', async () => {
    const kind = ingest.kind('transaction');
    const call = { tenant: 'default', receivedAtMs: ingest.clock.nowMs() };
    const inputs = [transaction(), transaction(), transaction({ id: 't-2', amount: '0' })];
    const admitted = await ingest.admission.admitInputs(kind, { ...call, inputs });
    expect(verdicts(admitted)).toEqual(['ADMITTED', 'DUPLICATE', 'REJECTED']);
    expect(admitted.verdicts[2]?.rejection).toEqual({
      code: 'OUT_OF_RANGE',
      pointer: '/events/2/amount',
      expected: 'at least 0.01',
      got: '0',
    });
    expect(verdicts(await ingest.admit(kind, [transaction()]))).toEqual(['DUPLICATE']);
    const [kept] = await ingest.stored(REJECTED_TOPIC);
    expect(kept?.members).toMatchObject({ source: 'graphql', pointer: '/amount' });
  });

  test('a request that never became events is kept as it came', async () => {
    await ingest.admission.keepRefusedRequest({
      tenant: 'default',
      kind: null,
      source: 'graphql',
      receivedAtMs: ingest.clock.nowMs(),
      payload: Buffer.from('mutation { … }'),
      rejection: { code: 'WRONG_TYPE', pointer: '/variables/events', expected: 'a list', got: '1' },
    });
    const [kept] = await ingest.stored(REJECTED_TOPIC);
    expect(kept?.members).toMatchObject({ kind: null, eventId: null, payload: 'mutation { … }', code: 'WRONG_TYPE' });
  });

  test('a log that is full refuses the call, and sending again counts everything once', async () => {
    await ingest.stop();
    ingest = await openIngest({ bytesInFlightMax: 1_000 });
    const kind = ingest.kind('transaction');
    const events = Array.from({ length: 20 }, (_, n) => [transaction({ id: `t-${n}` })]);
    const tried = await Promise.allSettled(events.map((each) => ingest.admit(kind, each)));
    const refused = tried.filter((each) => each.status === 'rejected').map(({ reason }) => reason);
    expect(refused.length).toBeGreaterThan(0);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'OVERLOADED', retryable: true });
    for (const each of events) await ingest.admit(kind, each);
    const ids = (await ingest.stored('transactions')).map(({ members }) => members.id);
    expect(new Set(ids).size).toBe(20);
    expect(ids).toHaveLength(20);
  });
});

describe('admission of a kind with a composite id', () => {
  let ingest: TestIngest;
  beforeEach(async () => {
    ingest = await openIngest({ model: READING });
  });
  afterEach(() => ingest.stop());

  test('the parts make one id that no other parts make, and the time among them may be spelled in any zone', async () => {
    const kind = ingest.kind('reading');
    const at = '2026-11-21T09:00:00Z';
    const first = await ingest.admit(kind, [
      { sensor: 'a/b', channel: 1, at, value: 1 },
      { sensor: 'a', channel: 1, at, value: 1 },
      { sensor: 'a/b', channel: 1, at: '2026-11-21T10:00:00+01:00', value: 1.0 },
    ]);
    expect(verdicts(first)).toEqual(['ADMITTED', 'ADMITTED', 'DUPLICATE']);
    expect(first.verdicts[0]?.id).toBe('a%2Fb/1/2026-11-21T09:00:00.000000Z');
    const ids = (await ingest.stored('readings')).map(({ members }) => members._id);
    expect(ids.sort()).toEqual(['a%2Fb/1/2026-11-21T09:00:00.000000Z', 'a/1/2026-11-21T09:00:00.000000Z']);
  });

  test('a refused event is found by the same id', async () => {
    await ingest.admit(ingest.kind('reading'), [{ sensor: 'a', channel: 1, at: '2026-11-21T09:00:00Z', value: 'hot' }]);
    const [kept] = await ingest.stored(REJECTED_TOPIC);
    expect(kept?.members.eventId).toBe('a/1/2026-11-21T09:00:00.000000Z');
  });
});

test('an event without a time has happened when it was received, where the declaration allows that', async () => {
  const ingest = await openIngest({
    model: compiled('type Ping @event(key: "host") { id: ID!, host: String!, occurredAt: DateTime }'),
  });
  const kind = ingest.kind('ping');
  expect(
    verdicts(
      await ingest.admit(kind, [
        { id: 'a', host: 'h' },
        { id: 'a', host: 'h', occurredAt: null },
      ]),
    ),
  ).toEqual(['ADMITTED', 'DUPLICATE']);
  ingest.clock.advance(1_000);
  expect(verdicts(await ingest.admit(kind, [{ id: 'a', host: 'h' }]))).toEqual(['DUPLICATE']);
  const [stored] = await ingest.stored('pings');
  expect(stored?.members._time).toBe(Date.parse('2026-11-21T10:00:00Z') * 1000);
  await ingest.stop();
});

test('ids that were seen again are written down, one record a call', async () => {
  const ingest = await openIngest();
  await ingest.log.createTopic({ topic: 'duplicates', partitions: 1, retentionMs: null });
  const admission = keepDuplicates(ingest.admission, ingest.log);
  const inputs = [transaction(), transaction(), transaction()];
  const call = { tenant: 'default', receivedAtMs: ingest.clock.nowMs(), inputs };
  await admission.admitInputs(ingest.kind('transaction'), call);
  const stored = await ingest.stored('duplicates');
  expect(stored.map(({ members }) => members)).toMatchObject([
    { kind: 'TRANSACTION', source: 'graphql', ids: ['t-1', 't-1'] },
  ]);
  await ingest.stop();
});

const READING = compiled(`
  type Reading @event(key: "sensor", id: ["sensor", "channel", "at"], time: "at") {
    sensor: String!
    channel: Int!
    at: DateTime!
    value: Float! @measure
  }
`);

function verdicts(admitted: { readonly verdicts: readonly { readonly verdict: string }[] }): string[] {
  return admitted.verdicts.map(({ verdict }) => verdict);
}

function without(event: Record<string, unknown>, names: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !(name in names)));
}

function headOf(timeUs: string, watermarkMs = 0): string {
  return `{"_tenant":"default","_time":${timeUs},"_receivedAt":${Date.parse('2026-11-21T10:00:00Z')},"_watermark":${watermarkMs},`;
}
