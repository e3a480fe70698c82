import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BulkAnswer, bulkAnswerJson, VERDICTS_MAX } from '../../src/ingest/bulk-door.ts';
import { EVENT_BYTES_MAX } from '../../src/ingest/event-splitter.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { REJECTED_TOPIC } from '../../src/model/record-format.ts';
import { decodeVersion } from '../../src/model/version.ts';
import { openIngest, type TestIngest, transaction } from '../support/open-ingest.ts';

describe('the bulk door', () => {
  let ingest: TestIngest;
  let kind: KindModel;
  beforeEach(async () => {
    ingest = await openIngest({ bodyBytesMax: 4 * 1024 * 1024 });
    kind = ingest.kind('transaction');
  });
  afterEach(() => ingest.stop());

  const some = (count: number, from = 0) =>
    Array.from({ length: count }, (_, n) => transaction({ id: `t-${from + n}`, userId: `user-${n % 7}` }));
  const lines = (events: readonly unknown[]) => events.map((event) => JSON.stringify(event)).join('\n');

  test.each([
    ['application/x-ndjson', lines(some(3))],
    ['application/jsonl; charset=utf-8', `\ufeff${lines(some(3)).replaceAll('\n', '\r\n\r\n  \n')}\n`],
    ['application/json', JSON.stringify(some(3))],
    ['application/json', `\ufeff ${JSON.stringify(some(3), null, 2)}\r\n`],
    ['application/cloudevents-batch+json', JSON.stringify(some(3).map((data) => ({ specversion: '1.0', data })))],
  ])('takes %s', async (contentType, body) => {
    expect(counts(await ingest.send(kind, body, { contentType }))).toEqual([3, 0, 0]);
    expect(await ingest.stored('transactions')).toHaveLength(3);
  });

  test('takes one JSON object', async () => {
    const body = JSON.stringify(transaction(), null, 2);
    expect(counts(await ingest.send(kind, body, { contentType: 'application/json' }))).toEqual([1, 0, 0]);
  });

  test('gives the same answer wherever the body is cut into chunks', async () => {
    const broken = ['{"id":', '[1,"]"]', '"a\\"{"', '', '  ', '5', transaction({ amount: '0' }), '{"a":"\\\\"}'];
    const texts = [...some(5), ...broken].map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
    const array = `[${texts.filter((text) => text.trim() !== '' && text !== '{"id":').join(' , ')}]`;
    await ingest.send(kind, texts.join('\n'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(array.length), { maxLength: 20 }), async (cuts) => {
        const byLine = await ingest.send(kind, cutInto(texts.join('\n'), cuts));
        expect(counts(byLine)).toEqual([0, 5, 6]);
        const asArray = await ingest.send(kind, cutInto(array, cuts), { contentType: 'application/json' });
        expect(counts(asArray)).toEqual([0, 5, 5]);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('takes a body compressed by %s', async (contentEncoding, compress) => {
    const answer = await ingest.send(kind, compress(lines(some(2_500))), { contentEncoding });
    expect(counts(answer)).toEqual([2_500, 0, 0]);
  });

  test.each([['zstd'], ['gzip, br'], ['compress']])('refuses the encoding %s', async (contentEncoding) => {
    await expect(ingest.send(kind, '', { contentEncoding })).rejects.toMatchObject({ code: 'UNSUPPORTED_ENCODING' });
  });

  test.each([
    ['text/plain'],
    ['multipart/form-data'],
    ['application/x-www-form-urlencoded'],
    [undefined],
    ['application/json; charset=utf-16'],
  ])(
    'refuses the content type %s, which a page elsewhere could send or which we would misread',
    async (contentType) => {
      const call = { contentType } as { contentType: string };
      await expect(ingest.send(kind, '{}', call)).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
    },
  );

  test('a bomb is stopped at the limit, and what it unfolds to never fills the memory', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20));
    const before = process.memoryUsage().rss;
    await expect(ingest.send(kind, bomb, { contentEncoding: 'gzip' })).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  test('a body above the limit is an error, and what was admitted before stays and counts once', async () => {
    const events = some(30_000);
    const chunks = events.map((event) => Buffer.from(`${JSON.stringify(event)}\n`));
    await expect(ingest.send(kind, chunks)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    const before = (await ingest.stored('transactions')).length;
    expect(before).toBeGreaterThan(0);
    const answer = await ingest.send(kind, chunks.slice(0, before + 10));
    expect(counts(answer)).toEqual([10, before, 0]);
  });

  test('damaged compression is an error of the request', async () => {
    const compressed = gzipSync(lines(some(100)));
    const cut = compressed.subarray(0, compressed.length - 20);
    await expect(ingest.send(kind, cut, { contentEncoding: 'gzip' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(ingest.send(kind, 'no gzip', { contentEncoding: 'gzip' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  test('an event above the limit is refused with what fits of it, and its neighbours go on', async () => {
    const huge = transaction({ id: 'huge', merchant: '\u{1f600}'.repeat(EVENT_BYTES_MAX / 4) });
    const [before, after] = some(2);
    const body = [before, huge, after];
    for (const [contentType, text] of [
      ['application/x-ndjson', lines(body)],
      ['application/json', JSON.stringify(body)],
    ] as const) {
      const answer = await ingest.send(kind, cutInto(text, [100_000, 900_000]), { contentType });
      expect(answer.admitted + answer.duplicates).toBe(2);
      expect(answer.verdicts).toMatchObject([{ index: 1, id: null, rejection: { code: 'TOO_LARGE' } }]);
    }
    const [kept] = await ingest.stored(REJECTED_TOPIC);
    expect(kept?.members.payloadEncoding).toBe('TEXT');
    const payload = String(kept?.members.payload);
    expect(Buffer.byteLength(payload)).toBeGreaterThan(EVENT_BYTES_MAX - 4);
    expect(JSON.stringify(huge).startsWith(payload)).toBe(true);
  });

  test('an array that is damaged costs the rest of it, not what came before', async () => {
    const [first, second, third] = some(3).map((event) => JSON.stringify(event));
    for (const [body, admitted, expected] of [
      [`[${first},${second} ${third}]`, 2, '"," or "]"'],
      [`[${first},${second},]`, 2, 'an event after ","'],
      [`[${first},${second}`, 2, 'the end of the JSON text'],
      [`[${first}] ${second}`, 1, 'application/x-ndjson'],
      [`${first}\n${second}`, 1, 'application/x-ndjson'],
      ['', 0, 'a JSON object or array'],
    ] as const) {
      const answer = await ingest.send(kind, body, { contentType: 'application/json' });
      expect(answer.admitted + answer.duplicates, body).toBe(admitted);
      expect(answer.rejected, body).toBe(1);
      expect(answer.verdicts[0]?.rejection).toMatchObject({
        code: 'NOT_JSON',
        expected: expect.stringContaining(expected),
      });
    }
  });

  test('of a large damaged rest the beginning is kept', async () => {
    const body = `[${JSON.stringify(some(1)[0])} ${JSON.stringify(some(20_000))}]`;
    const answer = await ingest.send(kind, cutInto(body, [1_000, 2_000_000]), { contentType: 'application/json' });
    expect(counts(answer)).toEqual([1, 0, 1]);
    expect(answer.verdicts[0]?.rejection).toMatchObject({
      code: 'NOT_JSON',
      got: expect.stringContaining('1048576 bytes'),
    });
    const [kept] = await ingest.stored(REJECTED_TOPIC);
    expect(String(kept?.members.payload)).toHaveLength(EVENT_BYTES_MAX);
  });

  test('a client that goes away leaves what was admitted, and its last line is not taken for whole', async () => {
    const events = some(3_000);
    async function* broken() {
      yield Buffer.from(`${lines(events)}\n{"id":"t-9","userId":"ada"`);
      throw new Error('aborted');
    }
    await expect(ingest.send(kind, '', { body: broken() })).rejects.toThrow('aborted');
    const stored = await ingest.stored('transactions');
    const ids = stored.map(({ members }) => members.id);
    expect(new Set(ids)).toEqual(new Set(events.slice(0, stored.length).map(({ id }) => id)));
    expect(await ingest.stored(REJECTED_TOPIC)).toHaveLength(0);
    expect(counts(await ingest.send(kind, lines(events)))).toEqual([3_000 - stored.length, stored.length, 0]);
  });

  test('an error in the middle of a body leaves it unread and does not close it: the answer needs the connection', async () => {
    let closed = false;
    async function* endless() {
      try {
        for (;;) yield Buffer.alloc(1024 * 1024, 0x20);
      } finally {
        closed = true;
      }
    }
    await expect(ingest.send(kind, '', { body: endless() })).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(closed).toBe(false);
  });

  test('indexes go through the whole body, and the list of verdicts is what was asked for, up to a bound', async () => {
    const events = some(VERDICTS_MAX + 500);
    events[7_000] = transaction({ id: 'bad', amount: '0' });
    const body = lines(events);
    const rejectedOnly = await ingest.send(kind, body);
    expect(rejectedOnly.verdicts.map(({ index, id }) => [index, id])).toEqual([[7_000, 'bad']]);
    const all = await ingest.send(kind, body, { verdicts: 'all' });
    expect(all.verdicts.map(({ index }) => index)).toEqual(Array.from({ length: VERDICTS_MAX }, (_, n) => n));
    expect([all.duplicates, all.rejected, all.verdictsLeftOut]).toEqual([VERDICTS_MAX + 499, 1, 500]);
    expect((await ingest.send(kind, body, { verdicts: 'none' })).verdicts).toEqual([]);
  });

  test('the version of the answer covers all slices, also as JSON', async () => {
    const answer = await ingest.send(kind, lines(some(5_000)));
    const ends = await ingest.log.ends('transactions');
    const last = new Map(ends.filter(({ next }) => next > 0n).map(({ partition, next }) => [partition, next - 1n]));
    expect(answer.version.offsets.get('transactions')).toEqual(last);
    const json = JSON.parse(JSON.stringify(bulkAnswerJson(answer, false)));
    expect(json).toMatchObject({
      admitted: 5_000,
      duplicates: 0,
      rejected: 0,
      pending: 0,
      visible: false,
      verdicts: [],
    });
    expect(decodeVersion(json.version).offsets).toEqual(answer.version.offsets);
  });

  test('only so many bodies at a time: the next is told to come back, and may when one is done', async () => {
    await ingest.stop();
    ingest = await openIngest({ bodiesMax: 1 });
    let finish = (): void => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    async function* slow() {
      yield Buffer.from(lines(some(1)));
      await held;
    }
    const first = ingest.send(kind, '', { body: slow() });
    await expect(ingest.send(kind, '{}')).rejects.toMatchObject({ code: 'OVERLOADED', retryable: true });
    finish();
    expect(counts(await first)).toEqual([1, 0, 0]);
    expect(counts(await ingest.send(kind, lines(some(1))))).toEqual([0, 1, 0]);
  });

  test.each(['', '\n\n'])('a body without any event is a mistake of who sends it: %j', async (body) => {
    await expect(ingest.send(kind, body)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('an empty array says that there is no event', async () => {
    expect(counts(await ingest.send(kind, '[]', { contentType: 'application/json' }))).toEqual([0, 0, 0]);
  });
});

describe('a CloudEvent', () => {
  let ingest: TestIngest;
  beforeEach(async () => {
    ingest = await openIngest();
  });
  afterEach(() => ingest.stop());

  const contentType = 'application/cloudevents+json';
  const { id: _, occurredAt: __, ...data } = transaction();
  const envelope = { specversion: '1.0', id: 'ce-1', source: '/shop', type: 'paid', time: '2026-11-21T09:00:00Z' };

  test('lends its id and time to an event that has none of its own', async () => {
    const kind = ingest.kind('transaction');
    const own = { ...envelope, id: 'ce-2', data: transaction({ id: 'own' }) };
    for (const event of [{ ...envelope, data }, own]) {
      expect(counts(await ingest.send(kind, JSON.stringify(event), { contentType }))).toEqual([1, 0, 0]);
    }
    const stored = (await ingest.stored('transactions')).map(({ members }) => [members.id, members._time]);
    expect(stored.sort()).toEqual([
      ['ce-1', Date.parse('2026-11-21T09:00:00Z') * 1000],
      ['own', Date.parse('2026-11-21T09:59:59Z') * 1000],
    ]);
  });

  test('may hold its event in base64', async () => {
    const event = { ...envelope, data_base64: Buffer.from(JSON.stringify(data)).toString('base64') };
    expect(counts(await ingest.send(ingest.kind('transaction'), JSON.stringify(event), { contentType }))).toEqual([
      1, 0, 0,
    ]);
  });

  test('is kept with its envelope when it is refused, and the pointer leads through it', async () => {
    const kind = ingest.kind('transaction');
    const event = { ...envelope, data: { ...data, amount: '0' } };
    const answer = await ingest.send(kind, JSON.stringify(event), { contentType });
    expect(answer.verdicts).toMatchObject([
      { id: 'ce-1', rejection: { code: 'OUT_OF_RANGE', pointer: '/data/amount' } },
    ]);
    const [kept] = await ingest.stored(REJECTED_TOPIC);
    expect(kept?.members).toMatchObject({ payload: JSON.stringify(event), pointer: '/data/amount' });
  });

  test.each([
    [{ ...envelope }, 'MISSING_FIELD', '/data'],
    [{ ...envelope, specversion: '0.3', data }, 'OUT_OF_RANGE', '/specversion'],
    [data, 'MISSING_FIELD', '/specversion'],
  ])('%j is none', async (event, code, pointer) => {
    const answer = await ingest.send(ingest.kind('transaction'), JSON.stringify(event), { contentType });
    expect(answer.verdicts).toMatchObject([{ rejection: { code, pointer } }]);
  });
});

function counts(answer: BulkAnswer): [number, number, number] {
  return [answer.admitted, answer.duplicates, answer.rejected];
}

function cutInto(text: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}
