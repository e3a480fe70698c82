import { expect, test } from 'vitest';
import { claimsKeptMs } from '../../src/cli/start/claims-kept.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { readConfig } from '../../src/platform/config.ts';
import { DAY_MS } from '../support/open-ingest.ts';

const MODEL = loadDeclarations(new URL('../../schema/events', import.meta.url).pathname);
const FED = { ...MODEL, kinds: MODEL.kinds.map((kind, n) => (n === 0 ? { ...kind, from: 'shop' } : kind)) };

test('an id is remembered for longer than its event may be judged: it may wait on Kafka, and before that in a foreign topic', () => {
  const past = { LAKEGATE_ACCEPT_PAST: '3d' };
  const onDisk = readConfig(past);
  const onKafka = readConfig({ ...past, LAKEGATE_KAFKA_BROKERS: 'one:9092' });
  expect(claimsKeptMs(onDisk, MODEL)).toBe((3 + 1) * DAY_MS);
  expect(claimsKeptMs(onKafka, MODEL)).toBe((3 + 7 + 1) * DAY_MS);
  expect(claimsKeptMs(onKafka, FED)).toBe((3 + 3 + 7 + 1) * DAY_MS);
});
