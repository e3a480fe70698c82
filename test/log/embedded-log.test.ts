import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { open as openLmdb } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedLog, type EmbeddedLogOptions, openEmbeddedLog } from '../../src/log/embedded-log.ts';
import type { ClaimedRecord, OnceOutcome } from '../../src/log/log.ts';
import { partitionOf } from '../../src/log/partition-of.ts';
import { appendUntilKilled } from '../support/killed-appender.ts';
import { movedClock } from '../support/moved-clock.ts';
import { readAll, readTopic } from '../support/read-all.ts';

const TOPIC = 'things';
const DAY_MS = 86_400_000;
const TEXT = (value: Uint8Array) => Buffer.from(value).toString('utf8');

let dir: string;
let opened: EmbeddedLog[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lakegate-log-'));
  opened = [];
});

afterEach(async () => {
  for (const log of opened) await log.close();
  await rm(dir, { recursive: true });
});

async function open(options: Partial<EmbeddedLogOptions> = {}): Promise<EmbeddedLog> {
  const log = await openEmbeddedLog({ dir, clock: movedClock(), claimsKeptMs: 8 * DAY_MS, ...options });
  opened.push(log);
  await log.createTopic({ topic: TOPIC, partitions: 4, retentionMs: DAY_MS });
  return log;
}

function claimed(claim: string, fingerprint = 1n, key = claim): ClaimedRecord {
  return { key, timeMs: 0, bytesMax: 100, claim, fingerprint };
}

/** Appends once, with the claim itself as the record's bytes. */
function appendClaims(log: EmbeddedLog, records: readonly ClaimedRecord[]): Promise<readonly OnceOutcome[]> {
  return log.appendOnce(TOPIC, records, (i) => Buffer.from(records[i]?.claim ?? ''));
}

describe('claims', () => {
  test('a claim is taken once: the second is a duplicate of the first, in one call, in concurrent calls and in a later one', async () => {
    const log = await open();
    const [[first, twin], [concurrent]] = await Promise.all([
      appendClaims(log, [claimed('a'), claimed('a')]),
      appendClaims(log, [claimed('a')]),
    ]);
    const [later] = await appendClaims(log, [claimed('a')]);
    expect(first?.outcome).toBe('appended');
    for (const again of [twin, concurrent, later]) expect(again).toEqual({ ...first, outcome: 'duplicate' });
    expect(await readTopic(log, TOPIC)).toHaveLength(1);
  });

  test('the same claim with another fingerprint is a conflict, and stores nothing', async () => {
    const log = await open();
    const [first] = await appendClaims(log, [claimed('a', 1n)]);
    expect(await appendClaims(log, [claimed('a', 2n)])).toEqual([{ ...first, outcome: 'conflict' }]);
    expect(await readTopic(log, TOPIC)).toHaveLength(1);
  });

  test('findClaim tells where an id was admitted, and nothing of one that was not', async () => {
    const log = await open();
    const [first] = await appendClaims(log, [claimed('a', 0xffff_ffff_ffff_ffffn)]);
    expect(await log.findClaim('a')).toEqual({ position: first?.position, fingerprint: 0xffff_ffff_ffff_ffffn });
    expect(await log.findClaim('b')).toBeNull();
  });

  test('the stamp makes the bytes of new records only, and runs in the order of their offsets over all concurrent calls', async () => {
    const log = await open();
    let stamped = 0;
    const call = (ids: readonly string[]) =>
      log.appendOnce(
        TOPIC,
        ids.map((id) => claimed(id, 1n, 'one key')),
        () => Buffer.from(`${stamped++}`),
      );
    await Promise.all([call(['a', 'b']), call(['b', 'c']), call(['a', 'd'])]);
    await call(['d', 'e']);
    const read = await readAll(log, TOPIC, partitionOf('one key', 4));
    expect(read.map(({ value }) => TEXT(value))).toEqual(['0', '1', '2', '3', '4']);
  });

  test('a stamp that throws fails its own call and no other', async () => {
    const log = await open();
    const failing = log.appendOnce(TOPIC, [claimed('a')], () => {
      throw new Error('a fault of the caller');
    });
    const sound = appendClaims(log, [claimed('b')]);
    await expect(failing).rejects.toThrow('a fault of the caller');
    expect(await sound).toMatchObject([{ outcome: 'appended' }]);
    expect(await appendClaims(log, [claimed('a')])).toMatchObject([{ outcome: 'appended' }]);
  });

  test('any text is a claim of its own: long, empty, with NUL, with lone surrogates', async () => {
    const log = await open();
    const long = 'x'.repeat(5_000);
    const claims = ['', '\u0000', '\u0001', '\ud800', '\udfff', '🦆', long, `${long}y`, 'ü'.repeat(399), 'a', 'a '];
    const outcomes = await appendClaims(
      log,
      claims.map((claim) => claimed(claim)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(claims.map(() => 'appended'));
    const again = await appendClaims(
      log,
      claims.map((claim) => claimed(claim)),
    );
    expect(again.map(({ position }) => position)).toEqual(outcomes.map(({ position }) => position));
    expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(['duplicate']));
  });

  test('an id is remembered at least as long as promised, whenever it came, and forgotten some time after', async () => {
    const clock = movedClock();
    const log = await open({ clock, claimsKeptMs: 1_000 });
    const cameAtMs = new Map<string, number>();
    for (let i = 0; i < 60; i++) {
      for (const [id, atMs] of cameAtMs) {
        if (clock.nowMs() - atMs <= 1_000)
          expect((await appendClaims(log, [claimed(id)]))[0]?.outcome).toBe('duplicate');
      }
      await appendClaims(log, [claimed(`id-${i}`)]);
      cameAtMs.set(`id-${i}`, clock.nowMs());
      clock.advance(97);
    }
    expect(await log.findClaim('id-0')).toBeNull();
  });

  test('generations are kept over a restart', async () => {
    const clock = movedClock();
    const log = await open({ clock, claimsKeptMs: 1_000 });
    await appendClaims(log, [claimed('old')]);
    clock.advance(1_000);
    await appendClaims(log, [claimed('young')]);
    await log.close();
    const again = await open({ clock, claimsKeptMs: 1_000 });
    const outcomes = await appendClaims(again, [claimed('old'), claimed('young'), claimed('new')]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate', 'appended']);
  });

  test('claim and record become durable together: after kills every record has its claim and every claim its record', async () => {
    await (await open()).close();
    for (let round = 0; round < 3; round++) {
      const told = await appendUntilKilled({ dir, topic: TOPIC, how: 'once', seed: `r${round}`, acknowledgedMin: 300 });
      const log = await open();
      const found = new Map((await readTopic(log, TOPIC)).map((record) => [TEXT(record.value).trimEnd(), record]));
      for (const { text, partition, offset } of told) expect(found.get(text)).toMatchObject({ partition, offset });
      for (const [text, { partition, offset }] of found) {
        expect(await log.findClaim(text)).toMatchObject({ position: { partition, offset } });
      }
      const ids = [...found.keys(), 'never sent'];
      const outcomes = await appendClaims(
        log,
        ids.map((id) => claimed(id)),
      );
      expect(outcomes.filter(({ outcome }) => outcome === 'appended')).toHaveLength(round === 0 ? 1 : 0);
      await log.close();
    }
  });

  test('any interleaving of calls admits each id once and answers with the place of the first', async () => {
    const call = fc.array(fc.record({ id: fc.nat(30), fingerprint: fc.bigInt(0n, 1n) }), { maxLength: 10 });
    const rounds = fc.array(fc.array(call, { maxLength: 4 }), { maxLength: 10 });
    let run = 0;
    const log = await open();
    await fc.assert(
      fc.asyncProperty(rounds, async (calls) => {
        const seed = run++;
        const first = new Map<number, { readonly fingerprint: bigint; readonly position: unknown }>();
        for (const concurrent of calls) {
          const answers = concurrent.map((records) =>
            appendClaims(
              log,
              records.map(({ id, fingerprint }) => claimed(`${seed}/${id}`, fingerprint)),
            ),
          );
          for (const [i, outcomes] of (await Promise.all(answers)).entries()) {
            for (const [j, { outcome, position }] of outcomes.entries()) {
              const { id, fingerprint } = concurrent[i]?.[j] ?? { id: -1, fingerprint: -1n };
              const known = first.get(id);
              if (known === undefined) first.set(id, { fingerprint, position });
              expect(position).toEqual(known?.position ?? position);
              const expected =
                known === undefined ? 'appended' : known.fingerprint === fingerprint ? 'duplicate' : 'conflict';
              expect(outcome).toBe(expected);
            }
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('notes', () => {
  test('are found again after a restart; null removes; all of one call change together', async () => {
    const log = await open();
    await log.notes.put({ a: Buffer.from('1'), b: Buffer.from('2'), ['__proto__']: Buffer.from('3') });
    await log.notes.put({ a: null, c: Buffer.alloc(0) });
    await log.close();
    const again = await open();
    const texts = ['a', 'b', 'c', '__proto__', 'constructor'].map((key) => {
      const note = again.notes.get(key);
      return note === null ? null : TEXT(note);
    });
    expect(texts).toEqual([null, '2', '', '3', null]);
  });

  test('are not seen before they are durable', async () => {
    const log = await open();
    const put = log.notes.put({ a: Buffer.from('1') });
    expect(log.notes.get('a')).toBeNull();
    await put;
    expect(log.notes.get('a')).not.toBeNull();
  });

  test('that are put at the same time all arrive', async () => {
    const log = await open();
    await Promise.all(Array.from({ length: 20 }, (_, i) => log.notes.put({ [`n${i}`]: Buffer.from(`${i}`) })));
    const texts = Array.from({ length: 20 }, (_, i) => TEXT(log.notes.get(`n${i}`) ?? Buffer.from('lost')));
    expect(texts).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
  });
});

describe('retention', () => {
  test('lets go of whole batches older than the topic keeps, oldest first; what is left keeps its offsets', async () => {
    const clock = movedClock();
    const log = await open({ clock });
    const partition = partitionOf('k', 4);
    for (let day = 0; day < 4; day++) {
      for (let i = 0; i < 100; i++)
        await log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.from(`${day}/${i}`) }]);
      clock.advance(DAY_MS);
    }
    clock.advance(-DAY_MS);
    await log.enforceRetention();
    expect((await log.ends(TOPIC))[partition]).toEqual({ partition, first: 200n, next: 400n });
    expect(TEXT((await readAll(log, TOPIC, partition))[0]?.value ?? Buffer.of())).toBe('2/0');
    clock.advance(10 * DAY_MS);
    await log.enforceRetention();
    await log.close();
    const again = await open({ clock });
    expect((await again.ends(TOPIC))[partition]).toEqual({ partition, first: 400n, next: 400n });
    expect(await again.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.of(1) }])).toMatchObject([{ offset: 400n }]);
  });

  test('a reader below the first kept offset is told CURSOR_EXPIRED with the offset that is there, even in mid-read', async () => {
    const clock = movedClock();
    const log = await open({ clock });
    const partition = partitionOf('k', 4);
    for (let i = 0; i < 10; i++) await log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.alloc(100) }]);
    const options = { signal: new AbortController().signal, bytesMax: 100 };
    const reader = log.read(TOPIC, partition, 0n, options)[Symbol.asyncIterator]();
    expect((await reader.next()).value).toHaveLength(1);
    clock.advance(2 * DAY_MS);
    await log.enforceRetention();
    const expired = { code: 'CURSOR_EXPIRED', facts: { topic: TOPIC, partition, first: 10n } };
    await expect(reader.next()).rejects.toMatchObject(expired);
    await expect(readAll(log, TOPIC, partition, 3n)).rejects.toMatchObject(expired);
  });

  test('goes on between appends, which are not held up until it is done', async () => {
    const clock = movedClock();
    const log = await open({ clock });
    for (let i = 0; i < 300; i++) await log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.alloc(10) }]);
    clock.advance(2 * DAY_MS);
    const order: string[] = [];
    const retained = log.enforceRetention().then(() => order.push('retained'));
    await log.append(TOPIC, [{ key: 'other', timeMs: 0, value: Buffer.alloc(10) }]).then(() => order.push('appended'));
    await retained;
    expect(order).toEqual(['appended', 'retained']);
  });
});

describe('damage', () => {
  /** 50 records one by one, so that each is a batch of its own; the bytes of one of them are then changed in the file. */
  async function damagedLog(): Promise<EmbeddedLog> {
    const log = await open();
    for (let i = 0; i < 50; i++) {
      await log.append(TOPIC, [
        { key: 'k', timeMs: 0, value: Buffer.from(`the record number ${i} `.padEnd(3_000, '.')) },
      ]);
    }
    await log.close();
    const path = join(dir, 'data.mdb');
    const bytes = await readFile(path);
    const at = bytes.indexOf('the record number 20 ');
    bytes.write('THE', at);
    await writeFile(path, bytes);
    return open();
  }

  test('a batch that fails its checksum is named and set aside, and nothing of it is served', async () => {
    const log = await damagedLog();
    const partition = partitionOf('k', 4);
    const read: bigint[] = [];
    const reading = (async () => {
      const options = { signal: new AbortController().signal, follow: false };
      for await (const chunk of log.read(TOPIC, partition, 0n, options))
        read.push(...chunk.map(({ offset }) => offset));
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'LOG_CORRUPT',
      facts: { topic: TOPIC, partition, from: 20n, through: 20n },
    });
    expect(read).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(i)));
    const [file = ''] = await readdir(join(dir, 'quarantine'));
    expect(file).toBe(`${TOPIC}-${partition}-20.batch`);
    expect((await readFile(join(dir, 'quarantine', file))).includes('THE record number 20')).toBe(true);
  });

  test('a reader may choose to step over it, and gets all the rest', async () => {
    const log = await damagedLog();
    const read: bigint[] = [];
    const options = { signal: new AbortController().signal, follow: false, skipCorrupt: true };
    for await (const chunk of log.read(TOPIC, partitionOf('k', 4), 0n, options))
      read.push(...chunk.map(({ offset }) => offset));
    expect(read).toEqual(Array.from({ length: 50 }, (_, i) => BigInt(i)).filter((offset) => offset !== 20n));
  });

  test('appending goes on behind it', async () => {
    const log = await damagedLog();
    expect(await log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.of(1) }])).toMatchObject([{ offset: 50n }]);
  });

  test('a batch that vanished from the end of a partition is missed, and its offsets are not given again', async () => {
    const log = await open();
    for (let i = 0; i < 10; i++) await log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.of(i) }]);
    await log.close();
    await removeLastBatch();
    const again = await open();
    const partition = partitionOf('k', 4);
    expect(await again.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.of(10) }])).toMatchObject([{ offset: 10n }]);
    await expect(readAll(again, TOPIC, partition)).rejects.toMatchObject({
      code: 'LOG_CORRUPT',
      facts: { topic: TOPIC, partition, from: 9n, through: 9n },
    });
  });

  test('a directory that lost the mark of a log is still the log it was', async () => {
    const log = await open();
    await log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.of(1) }]);
    await log.close();
    await rm(join(dir, 'FORMAT'));
    expect(await readTopic(await open(), TOPIC)).toHaveLength(1);
  });

  /** What damage of LMDB's pages can do, done through its own door. */
  async function removeLastBatch(): Promise<void> {
    const root = openLmdb(dir, { overlappingSync: false, keyEncoding: 'binary', encoding: 'binary' });
    const batches = root.openDB<Buffer, Uint8Array>('batches', { keyEncoding: 'binary', encoding: 'binary' });
    const keys = [...batches.getKeys({ start: Buffer.of(0) })];
    await batches.remove(keys.at(-1) ?? Buffer.of());
    await root.close();
    await rm(join(dir, 'CLOSED'));
  }

  test('a first page that LMDB would take for an older one is told as LOG_CORRUPT, and not as a log that lost its last records', async () => {
    const log = await open();
    for (let i = 0; i < 10; i++) await log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.of(i) }]);
    await log.close();
    const path = join(dir, 'data.mdb');
    const bytes = await readFile(path);
    const TRANSACTION_AT = 24 + 128;
    const newer = bytes.readBigUInt64LE(TRANSACTION_AT) > bytes.readBigUInt64LE(4_096 + TRANSACTION_AT) ? 0 : 4_096;
    bytes.writeBigUInt64LE(1n, newer + TRANSACTION_AT);
    await writeFile(path, bytes);
    await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  });

  test.each([
    ['truncated to nothing', (path: string) => truncate(path, 0)],
    ['truncated in its first page', (path: string) => truncate(path, 100)],
    ['lost', (path: string) => rm(path)],
    ['overwritten at its start', (path: string) => writeFile(path, Buffer.alloc(8_192, 0x55))],
  ])('a data file that is %s is told as LOG_CORRUPT at opening', async (_, damage) => {
    const log = await open();
    await log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.alloc(3_000_000) }]);
    await log.close();
    await damage(join(dir, 'data.mdb'));
    await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT', message: expect.stringContaining('damaged') });
  });

  test('a data file that lost its second half still opens or is told as LOG_CORRUPT, and what was lost is never served', async () => {
    const log = await open();
    for (let i = 0; i < 20; i++) await log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.alloc(100_000, i) }]);
    await log.close();
    await truncate(join(dir, 'data.mdb'), 1_200_000);
    const outcome = await open()
      .then(
        (again) => readAll(again, TOPIC, partitionOf('k', 4)),
        (error: unknown) => error,
      )
      .catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: 'LOG_CORRUPT' });
  });
});

describe('listeners', () => {
  test('one that throws is told to the log of the program and hurts nobody', async () => {
    const told: string[] = [];
    const log = await open({ logger: { warn: (_, message) => told.push(message) } });
    log.onAppended(TOPIC, () => {
      throw new Error('a fault of the listener');
    });
    await log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.of(1) }]);
    expect(told).toEqual(['a listener for appended records threw']);
  });
});
