import { describe, expect, test } from 'vitest';
import { EventGenerator, type GeneratorOptions } from '../../src/cli/generate/event-generator.ts';
import { ExpectedTotals } from '../../src/cli/generate/expected-totals.ts';
import type { Item, Shares } from '../../src/cli/generate/item.ts';
import { textMatching } from '../../src/cli/generate/text-matching.ts';
import { eventReader } from '../../src/ingest/read-event.ts';
import { compileDeclarations } from '../../src/model/compile-declarations.ts';
import type { EventModel, KindModel } from '../../src/model/event-model.ts';
import { loadDeclarations } from '../../src/model/load-declarations.ts';
import { compileValidator } from '../../src/model/validator.ts';

const SAMPLES = loadDeclarations(new URL('../../schema/events', import.meta.url).pathname);
const TIMELINE = { startMs: Date.UTC(2026, 10, 21), stepMs: 5 };
const ALL_FATES: Shares = { duplicates: 0.1, conflicts: 0.05, late: 0.05, future: 0.05, tooOld: 0.05, broken: 0.1 };

describe.each(SAMPLES.kinds.map((kind) => [kind.typeName, kind] as const))('events of %s', (_name, kind) => {
  test('the same seed and index give the same bytes, in whatever order they are made', () => {
    const forwards = itemsOf(generator(kind), 500);
    const other = generator(kind);
    const backwards = Array.from({ length: 500 }, (_, at) => copyOf(other.make(499 - at, other.item()))).reverse();
    expect(backwards).toEqual(forwards);
  });

  test('another seed gives other ids', () => {
    const ids = (seed: string) => new Set(admitted(itemsOf(generator(kind, { seed }), 500)).map((item) => item.id));
    const [ones, others] = [ids('one'), ids('other')];
    expect([...ones].filter((id) => others.has(id))).toEqual([]);
  });

  test('admitted ids are all different, and what comes again was admitted before', () => {
    const lines = new Map<string | null, string>();
    for (const { verdict, id, line } of itemsOf(generator(kind), 20_000)) {
      if (verdict === 'ADMITTED') {
        expect(lines.has(id), `${id} admitted twice`).toBe(false);
        lines.set(id, line);
      }
      if (verdict === 'DUPLICATE') expect(lines.get(id)).toBe(line);
      if (verdict === 'ID_CONFLICT') expect([lines.has(id), lines.get(id) === line]).toEqual([true, false]);
    }
  });

  test('every fate comes in the share that was asked for', () => {
    const items = itemsOf(generator(kind), 20_000);
    const share = (fate: Item['fate']) => items.filter((item) => item.fate === fate).length / items.length;
    expect(share('duplicate')).toBeCloseTo(0.1, 1);
    expect(share('conflict')).toBeCloseTo(0.05, 1);
    expect(share('late')).toBeCloseTo(0.05, 1);
    expect(share('future')).toBeCloseTo(0.05, 1);
    expect(share('too-old')).toBeCloseTo(0.05, 1);
    expect(share('broken')).toBeCloseTo(0.1, 1);
  });

  test('values respect the declared bounds and lengths', () => {
    for (const { line, verdict } of itemsOf(generator(kind), 2_000)) {
      if (verdict !== 'ADMITTED') continue;
      const event = JSON.parse(line);
      for (const { name, nullable, constraint } of kind.fields) {
        const value = event[name];
        if (value === undefined) expect(nullable, `${name} is missing`).toBe(true);
        else if (constraint.min !== null) expect(Number(value)).toBeGreaterThanOrEqual(Number(constraint.min));
        if (value !== undefined && constraint.max !== null)
          expect(Number(value)).toBeLessThanOrEqual(Number(constraint.max));
        if (constraint.maxLength !== null) expect(String(value ?? '').length).toBeLessThanOrEqual(constraint.maxLength);
      }
    }
  });

  test('an item is one line, and every one but the broken is JSON', () => {
    for (const { line, fate } of itemsOf(generator(kind), 5_000)) {
      expect(line).not.toContain('\n');
      if (fate !== 'broken') expect(JSON.parse(line)).toBeTypeOf('object');
    }
  });

  test('what one event alone can show is refused with the reason that was foretold, and nothing else is', () => {
    const made = generator(kind);
    const read = eventReader(kind, compileValidator(kind, SAMPLES.enums));
    const wrong = itemsOf(made, 5_000).flatMap(({ line, verdict, fate }) => {
      const judged = read(Buffer.from(line));
      const code = 'rejection' in judged ? judged.rejection.code : null;
      return code === (fate === 'broken' ? verdict : null) ? [] : [{ line, verdict, judged }];
    });
    expect(wrong).toEqual([]);
    expect(new Set(made.brokenForms.map(({ name }) => name)).size).toBe(made.brokenForms.length);
  });

  test('the expected totals are what adding up the admitted lines gives', () => {
    const made = generator(kind);
    const totals = new ExpectedTotals(made);
    const item = made.item();
    const counted = new Map<string, number>();
    const cents = new Map<string, bigint>();
    for (let index = 0; index < 5_000; index++) {
      totals.take(made.make(index, item));
      if (item.verdict !== 'ADMITTED') continue;
      const event = JSON.parse(item.line);
      const group = `${event[kind.timeField].slice(0, 13)} ${event.currency ?? null}`;
      counted.set(group, (counted.get(group) ?? 0) + 1);
      for (const { name, measure } of kind.fields) {
        if (measure === null || event[name] === undefined) continue;
        const key = `${group} ${name}`;
        cents.set(key, (cents.get(key) ?? 0n) + BigInt(Math.round(Number(event[name]) * 1000)));
      }
    }
    const groups = totals.groups();
    expect(groups.map(({ count }) => count).reduce((a, b) => a + b)).toBe(totals.admitted);
    for (const { hourMs, currency, count, values } of groups) {
      const group = `${new Date(hourMs).toISOString().slice(0, 13)} ${currency}`;
      expect(count).toBe(counted.get(group));
      for (const { name, measure } of kind.fields) {
        if (measure === null) continue;
        expect(Math.round(Number(values.get(`${name}Sum`)) * 1000)).toBe(Number(cents.get(`${group} ${name}`) ?? 0n));
      }
    }
    expect(totals.sent).toBe(totals.admitted + totals.duplicates + totals.rejectedCount());
  });
});

test('a metric counts exactly the events that its filter takes', () => {
  const transaction = kindNamed(SAMPLES, 'Transaction');
  const made = generator(transaction);
  const totals = new ExpectedTotals(made);
  let captured = 0;
  for (const item of itemsOf(made, 3_000)) {
    totals.take(item);
    if (item.verdict === 'ADMITTED' && item.line.includes('"CAPTURED"'))
      captured += Math.round(JSON.parse(item.line).amount * 100);
  }
  const revenue = totals.groups().reduce((sum, { values }) => sum + Math.round(Number(values.get('revenue')) * 100), 0);
  expect(revenue).toBe(captured);
});

test('where the time is part of the id, no two events have the same', () => {
  const result = compileDeclarations([{ file: 'reading.graphql', text: READING }]);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  const kind = kindNamed(result.model, 'Reading');
  const items = admitted(itemsOf(generator(kind, { enums: result.model.enums }), 50_000));
  expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
});

test.each(['^[A-Z]{2}-\\d{4}$', '(red|green|blue)[0-9]+', '^[a-f0-9]{8}(-[a-f0-9]{4}){3}$', '\\w{3,8}\\.de'])(
  'text for the pattern %s is accepted by it, and there is more than one',
  (pattern) => {
    const texts = textMatching(pattern, { count: 50 });
    expect(texts.length).toBe(50);
    for (const text of texts) expect(text).toMatch(new RegExp(pattern, 'u'));
  },
);

const READING = `
type Reading @event(key: "sensorId", id: ["sensorId", "measuredAt"], time: "measuredAt") {
  sensorId: ID! @dimension
  celsius: Float! @measure(quantiles: true) @constraint(min: "-80", max: "80")
  measuredAt: DateTime!
}`;

function generator(kind: KindModel, options: Partial<GeneratorOptions> = {}): EventGenerator {
  return new EventGenerator({
    kind,
    enums: SAMPLES.enums,
    seed: '7',
    timeline: TIMELINE,
    shares: ALL_FATES,
    ...options,
  });
}

function itemsOf(made: EventGenerator, count: number): Item[] {
  return Array.from({ length: count }, (_, index) => copyOf(made.make(index, made.item())));
}

function copyOf(item: Item): Item {
  return { ...item, picks: [...item.picks] };
}

function admitted(items: readonly Item[]): Item[] {
  return items.filter((item) => item.verdict === 'ADMITTED');
}

function kindNamed(model: EventModel, name: string): KindModel {
  const kind = model.kinds.find((candidate) => candidate.typeName === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
}
