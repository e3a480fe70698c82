import { describe, expect, test } from 'vitest';
import { EventGenerator, type GeneratorOptions } from '../../src/cli/generate/event-generator.ts';
import { ExpectedTotals } from '../../src/cli/generate/expected-totals.ts';
import type { Item, Shares } from '../../src/cli/generate/item.ts';
import { textMatching } from '../../src/cli/generate/text-matching.ts';
import { eventReader } from '../../src/ingest/read-event.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import type { EventModel, KindModel } from '../../src/model/event-model.ts';
import { compileValidator } from '../../src/model/validate/validator.ts';
import { compiled } from '../support/compiled.ts';
import { MEASUREMENT } from '../support/measurement.ts';

const SAMPLES = loadDeclarations(new URL('../../schema/events', import.meta.url).pathname);
const TIMELINE = { startMs: Date.UTC(2026, 10, 21), stepMs: 5 };
const ALL_FATES: Shares = { duplicates: 0.1, conflicts: 0.05, late: 0.05, future: 0.05, tooOld: 0.05, broken: 0.1 };

/** The sample kinds, one with a field of every type and constraint, and one whose id is made of its key and its time. */
const READING = compiled(`
  type Reading @event(key: "sensorId", id: ["sensorId", "measuredAt"], time: "measuredAt")
    @metric(name: "hot", where: {and: [{celsius: {gte: 30.25}}, {not: {site: {in: ["site-0", "site-1"]}}}]})
    @metric(name: "unplaced", of: "celsiusSum", where: {or: [{site: {isNull: true}}, {site: {startsWith: "site-1"}}]}) {
    sensorId: ID! @dimension(high: true)
    site: String @dimension
    celsius: Float! @measure(quantiles: true) @constraint(min: "-80", max: "80")
    measuredAt: DateTime!
  }`);
const MODELS = [SAMPLES, MEASUREMENT, READING];
const CASES = MODELS.flatMap((model) => model.kinds.map((kind) => [kind.typeName, kind, model] as const));

describe.each(CASES)('events of %s', (_name, kind, model) => {
  const generator = (kindOf: KindModel, options: Partial<GeneratorOptions> = {}) =>
    generatorFor(model, kindOf, options);

  test('the same seed and index give the same bytes, in whatever order they are made', () => {
    const forwards = itemsOf(generator(kind), 500);
    const other = generator(kind);
    const backwards = Array.from({ length: 500 }, (_, at) => copyOf(other.make(499 - at, other.item()))).reverse();
    expect(backwards).toEqual(forwards);
  });

  test('events that are like life are the same in whatever order they are made, and what comes again came before', () => {
    const lifelike = () => generator(kind, { lifelike: true });
    const forwards = itemsOf(lifelike(), 500);
    const other = lifelike();
    const backwards = Array.from({ length: 500 }, (_, at) => copyOf(other.make(499 - at, other.item()))).reverse();
    expect(backwards).toEqual(forwards);
    const admittedLines = new Set(admitted(forwards).map(({ line }) => line));
    expect(forwards.filter(({ verdict, line }) => verdict === 'DUPLICATE' && !admittedLines.has(line))).toEqual([]);
  });

  test('another seed gives other ids', () => {
    const ids = (seed: string) => new Set(admitted(itemsOf(generator(kind, { seed }), 500)).map((item) => item.id));
    const [ones, others] = [ids('one'), ids('other')];
    expect([...ones].filter((id) => others.has(id))).toEqual([]);
  });

  test('admitted ids are all different, and what comes again was admitted before', () => {
    const lines = new Map<string | null, string>();
    const wrong = itemsOf(generator(kind), 10_000).filter(({ verdict, id, line }) => {
      const before = lines.get(id);
      if (verdict === 'ADMITTED') lines.set(id, line);
      if (verdict === 'ADMITTED') return before !== undefined;
      if (verdict === 'DUPLICATE') return before !== line;
      return verdict === 'ID_CONFLICT' && (before === undefined || before === line);
    });
    expect(wrong).toEqual([]);
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

  test('an item is one line, and every one but the broken is JSON', () => {
    const items = itemsOf(generator(kind), 5_000);
    expect(items.filter(({ line }) => line.includes('\n'))).toEqual([]);
    for (const { line, fate } of items) if (fate !== 'broken') JSON.parse(line);
  });

  test('what one event alone can show is refused with the reason that was foretold, and nothing else is', () => {
    const made = generator(kind);
    const read = eventReader(kind, compileValidator(kind, model.enums));
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
    const hasMoney = kind.fields.some(({ money }) => money !== null);
    const counted = new Map<string, number>();
    const cents = new Map<string, bigint>();
    for (let index = 0; index < 5_000; index++) {
      totals.take(made.make(index, item));
      if (item.verdict !== 'ADMITTED') continue;
      const event = JSON.parse(item.line);
      const group = `${event[kind.timeField].slice(0, 13)} ${hasMoney ? event.currency : null}`;
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
  const made = generatorFor(SAMPLES, transaction);
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

test('filters over numbers, texts and missing values take exactly the events that they say', () => {
  const made = generatorFor(READING, kindNamed(READING, 'Reading'));
  const totals = new ExpectedTotals(made);
  let hot = 0;
  let unplacedEighths = 0;
  for (const item of itemsOf(made, 5_000)) {
    totals.take(item);
    if (item.verdict !== 'ADMITTED') continue;
    const { site, celsius } = JSON.parse(item.line);
    if (celsius >= 30.25 && site !== 'site-0' && site !== 'site-1') hot++;
    if (site === undefined || site.startsWith('site-1')) unplacedEighths += celsius * 8;
  }
  const sumOf = (name: string) => totals.groups().reduce((sum, { values }) => sum + Number(values.get(name)), 0);
  expect([sumOf('hot'), sumOf('unplaced') * 8]).toEqual([hot, unplacedEighths]);
  expect(hot).toBeGreaterThan(0);
});

test.each(['^[A-Z]{2}-\\d{4}$', '(red|green|blue)[0-9]+', '^[a-f0-9]{8}(-[a-f0-9]{4}){3}$', '\\w{3,8}\\.de'])(
  'text for the pattern %s is accepted by it, and there is more than one',
  (pattern) => {
    const texts = textMatching(pattern, { count: 50 });
    expect(texts.length).toBe(50);
    for (const text of texts) expect(text).toMatch(new RegExp(pattern, 'u'));
  },
);

function generatorFor(model: EventModel, kind: KindModel, options: Partial<GeneratorOptions> = {}): EventGenerator {
  return new EventGenerator({
    kind,
    enums: model.enums,
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
