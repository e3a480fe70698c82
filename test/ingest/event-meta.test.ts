import { expect, test } from 'vitest';
import { metaOf, onItsWayMsMax } from '../../src/ingest/kafka/event-meta.ts';
import { EVENT_HEADERS } from '../../src/model/topics.ts';
import { DAY_MS } from '../support/open-ingest.ts';

const APPENDED_MS = 1_795_000_000_000;
const MINUTE_MS = 60_000;
const RECORD = { offset: 0n, key: '', timeMs: 0, value: new Uint8Array(), appendedAtMs: APPENDED_MS };

test('when an event was received is believed as far as it can be: not after the broker took it, and not long before', () => {
  const onItsWay = { topic: 'transactions.in', onItsWayMsMax: MINUTE_MS };
  const receivedAt = (header: string) =>
    metaOf({ ...RECORD, headers: { [EVENT_HEADERS.receivedAt]: header } }, onItsWay).receivedAtMs - APPENDED_MS;
  expect(receivedAt(String(APPENDED_MS - 700))).toBe(-700);
  expect(receivedAt(String(APPENDED_MS + 1))).toBe(0);
  expect(receivedAt(String(Number.MAX_SAFE_INTEGER))).toBe(0);
  expect(receivedAt(String(APPENDED_MS - 30 * DAY_MS))).toBe(-MINUTE_MS);
  for (const nonsense of ['', '-1', 'yesterday', '1e400', '1.5']) expect(receivedAt(nonsense)).toBe(0);
  expect(metaOf({ ...RECORD, headers: {} }, onItsWay).receivedAtMs).toBe(APPENDED_MS);
});

test('an event of a foreign topic may have been on its way for as long as an event may be old, any other for half a day', () => {
  expect(onItsWayMsMax({ from: null }, 7 * DAY_MS)).toBe(DAY_MS / 2);
  expect(onItsWayMsMax({ from: 'shop' }, 7 * DAY_MS)).toBe(7 * DAY_MS);
  expect(onItsWayMsMax({ from: 'shop' }, MINUTE_MS)).toBe(DAY_MS / 2);
});
