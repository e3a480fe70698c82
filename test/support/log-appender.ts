/**
 * A process of its own that appends to a log for ever, so that a test can kill it, or make its disk fail, and compare. Run as:
 * node --import tsx test/support/log-appender.ts <directory, or kafka://brokers/prefix> <topic> <append|once> <seed>
 *
 * It prints a line for each record that was acknowledged, "<partition> <offset> <text>", and "! <code>" for each call that was refused; a
 * refused call of "once" is sent again until it is taken. A record's text is "<seed>/<counter>", padded to a length that depends on the
 * counter.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { openKafkaLog } from '../../src/log/kafka-log.ts';
import type { ClaimingLog, Log, Position } from '../../src/log/log.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { LakegateError } from '../../src/platform/errors.ts';

const CALLERS = 8;
const RECORDS_PER_CALL = 5;
const AGAIN_AFTER_MS = 20;

const [place = '', topic = '', how = '', seed = ''] = process.argv.slice(2);
let counter = 0;
const appendSome = await openLog();
await Promise.all(Array.from({ length: CALLERS }, () => appendForEver()));

type AppendSome = (texts: readonly string[]) => Promise<readonly Position[]>;

async function openLog(): Promise<AppendSome> {
  const kafka = /^kafka:\/\/([^/]+)\/(.*)$/.exec(place);
  if (kafka !== null) {
    const [, brokers = '', prefix = ''] = kafka;
    const log = await openKafkaLog({ brokers: brokers.split(','), prefix, clientId: 'appender' });
    return (texts) => append(log, texts);
  }
  const log = await openEmbeddedLog({ dir: place, clock: systemClock, claimsKeptMs: 3_600_000 });
  return (texts) => (how === 'once' ? onceUntilTaken(log, texts) : append(log, texts));
}

async function appendForEver(): Promise<void> {
  for (;;) {
    const texts = Array.from({ length: RECORDS_PER_CALL }, () => textFor(counter++));
    const positions = await appendSome(texts);
    const lines = texts.map((text, i) => `${positions[i]?.partition} ${positions[i]?.offset} ${text.trimEnd()}\n`);
    process.stdout.write(lines.join(''));
  }
}

function append(to: Log, texts: readonly string[]): Promise<readonly Position[]> {
  return to.append(
    topic,
    texts.map((text) => ({ key: text, timeMs: 0, value: Buffer.from(text) })),
  );
}

async function onceUntilTaken(to: ClaimingLog, texts: readonly string[]): Promise<readonly Position[]> {
  const records = texts.map((text) => ({
    key: text,
    timeMs: 0,
    bytesMax: text.length,
    claim: text.trimEnd(),
    fingerprint: 1n,
  }));
  for (;;) {
    try {
      const outcomes = await to.appendOnce(topic, records, (i) => Buffer.from(texts[i] ?? ''));
      return outcomes.map(({ position }) => position);
    } catch (error) {
      if (!(error instanceof LakegateError) || !error.retryable) throw error;
      process.stdout.write(`! ${error.code}\n`);
      await wait(AGAIN_AFTER_MS);
    }
  }
}

function textFor(count: number): string {
  return `${seed}/${count}`.padEnd(20 + ((count * 7919) % 2_000), ' ');
}
