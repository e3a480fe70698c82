/**
 * A process of its own that appends to an embedded log for ever and prints a line for each call that was acknowledged, so that a test
 * can kill it and compare. Run as: node --import tsx test/support/log-appender.ts <directory> <topic> <append|once> <seed>
 *
 * A record's value tells which one it is: "<seed>/<counter>", padded to a length that depends on the counter.
 */
import { openEmbeddedLog } from '../../src/log/embedded-log.ts';
import type { ClaimingLog, Position } from '../../src/log/log.ts';
import { systemClock } from '../../src/platform/clock.ts';

const CALLERS = 8;
const RECORDS_PER_CALL = 5;

const [dir = '', topic = '', how = '', seed = ''] = process.argv.slice(2);
const log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 3_600_000 });
let counter = 0;
await Promise.all(Array.from({ length: CALLERS }, () => appendForEver(log)));

async function appendForEver(to: ClaimingLog): Promise<void> {
  for (;;) {
    const values = Array.from({ length: RECORDS_PER_CALL }, () => textFor(counter++));
    const positions = how === 'once' ? await once(to, values) : await append(to, values);
    const lines = values.map((value, i) => `${positions[i]?.partition} ${positions[i]?.offset} ${value.trimEnd()}\n`);
    process.stdout.write(lines.join(''));
  }
}

function append(to: ClaimingLog, values: readonly string[]): Promise<readonly Position[]> {
  return to.append(
    topic,
    values.map((value) => ({ key: value, timeMs: 0, value: Buffer.from(value) })),
  );
}

async function once(to: ClaimingLog, values: readonly string[]): Promise<readonly Position[]> {
  const records = values.map((value) => ({
    key: value,
    timeMs: 0,
    bytesMax: value.length,
    claim: value.trimEnd(),
    fingerprint: 1n,
  }));
  const outcomes = await to.appendOnce(topic, records, (i) => Buffer.from(values[i] ?? ''));
  return outcomes.map(({ position }) => position);
}

function textFor(count: number): string {
  return `${seed}/${count}`.padEnd(20 + ((count * 7919) % 2_000), ' ');
}
