import { expect, test } from 'vitest';
import { EventGenerator } from '../../src/cli/generate/event-generator.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { builtInJobs } from '../../src/processor/jobs/index.ts';
import type { JobEvent } from '../../src/processor/operator.ts';
import { driveJob } from '../support/drive-job.ts';

const SAMPLES = loadDeclarations(new URL('../../schema/events', import.meta.url).pathname);
const MINUTES = 12;
/** What the demo sends of each of its five kinds. */
const PER_SECOND = 100;
const COUNT = MINUTES * 60 * PER_SECOND;
const TIMELINE = { startMs: Date.UTC(2026, 10, 21, 12), stepMs: 1000 / PER_SECOND };

const payments = [...eventsOf('Transaction', 'demo', COUNT)];

test.each(['two-countries', 'many-payments', 'card-testing', 'two-large-payments', 'unusual-amount'])(
  'the rule %s raises an alert over the demo now and then, and not all the time',
  (name) => {
    const perMinute = alertsOf(name, payments) / MINUTES;
    expect(perMinute).toBeGreaterThan(0);
    expect(perMinute).toBeLessThan(1);
  },
);

test('people are at home in the same country in every kind and with every seed', () => {
  const homes = (typeName: string, seed: string) => homesOf([...eventsOf(typeName, seed, 20_000)]);
  const [paying, paying2, acting] = [homes('Transaction', 'a'), homes('Transaction', 'b'), homes('Activity', 'c')];
  const known = [...paying].filter(([key]) => paying2.has(key) && acting.has(key));
  expect(known.length).toBeGreaterThan(1_000);
  const moved = known.filter(([key, home]) => paying2.get(key) !== home || acting.get(key) !== home);
  // Who travels may have been met abroad.
  expect(moved.length).toBeLessThan(known.length / 100);
});

test('a tenth of all payments names no country, and each country is somebody’s home', () => {
  const countries = payments.map(({ members }) => members.country);
  expect(countries.filter((country) => country === undefined).length / COUNT).toBeCloseTo(0.1, 2);
  expect(new Set(countries).size).toBe(1 + 8);
});

function homesOf(events: readonly JobEvent[]): ReadonlyMap<string, unknown> {
  return new Map(events.flatMap(({ key, members: { country } }) => (country === undefined ? [] : [[key, country]])));
}

function alertsOf(name: string, events: readonly JobEvent[]): number {
  const job = builtInJobs(SAMPLES).find((each) => each.name === name);
  if (job === undefined) throw new Error(`expected a job ${name}`);
  return driveJob(job, events).filter(({ output }) => output.stream === 'alerts').length;
}

/** As the log would hand them out: admitted, each with the watermark that it met. */
function* eventsOf(typeName: string, seed: string, count: number): Generator<JobEvent> {
  const kind = SAMPLES.kinds.find((each) => each.typeName === typeName);
  if (kind === undefined) throw new Error(`no kind ${typeName}`);
  const generator = new EventGenerator({ kind, enums: SAMPLES.enums, seed, timeline: TIMELINE, lifelike: true });
  const item = generator.item();
  let newestUs = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    generator.make(index, item);
    const members: Readonly<Record<string, unknown>> = JSON.parse(item.line);
    yield {
      tenant: 'default',
      topic: kind.plural,
      partition: 0,
      offset: BigInt(index),
      id: item.id ?? '',
      key: String(members[kind.keyField]),
      timeUs: item.timeUs,
      receivedAtMs: item.timeUs / 1000,
      watermarkUs: newestUs - 10_000_000,
      members,
      fields: members,
    };
    newestUs = Math.max(newestUs, item.timeUs);
  }
}
