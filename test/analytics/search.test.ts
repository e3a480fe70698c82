import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answerSearch,
  encodeSearchCursor,
  readSearchQuestion,
  type SearchArguments,
} from '../../src/analytics/search/answer-search.ts';
import { highlight, searchWords } from '../../src/analytics/search/search-words.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { DATABASE, type Warehouse } from '../../src/warehouse/warehouse.ts';
import { createTables } from '../support/asked-kind.ts';
import { compiled } from '../support/compiled.ts';
import { loadEvents } from '../support/load-events.ts';
import { randomFrom } from '../support/random.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';
import { standingProgress } from '../support/standing-progress.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const NOW_MS = Date.parse('2026-11-05T12:00:00Z');
const kind = noteKind();
const random = randomFrom(7);
const WORDS = ['error', 'Error', 'TIMEOUT', 'timeout', 'disk', 'Zoë', 'zoë', 'user-17', 'a_b', '日本', 'retry', 'x'];
const notes = Array.from({ length: 1200 }, (_, number) => note(number));

let engine: TestWarehouse;

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
  await loadEvents(engine.warehouse, kind, notes);
  await loadEvents(engine.warehouse, kind, notes.slice(0, 200), 'other');
});

afterAll(() => engine.stop());

describe('a search finds what looking at every event finds', () => {
  const searches: readonly (readonly [string, Partial<SearchArguments>])[] = [
    ['error', {}],
    ['Disk TIMEOUT', {}],
    ['disk timeout', { match: 'ANY' }],
    ['ZOË', {}],
    ['17 b', {}],
    ['日本 retry', { match: 'ANY', where: { level: { eq: 'high' } } }],
    ['error', { range: { last: '3h' } }],
    ['nothing', {}],
    ['err', {}],
    ["disk', ''); DROP", { match: 'ANY' }],
  ];
  test.each(searches)('%s %j', async (query, args) => {
    const { value, scope } = await search({ query, ...args, first: 1000 }, true);
    const expected = byHand(query, args);
    expect(value.totalCount).toBe(expected.length);
    expect(value.hasMore).toBe(false);
    expect(new Set(value.found.map(({ node }) => node.meta.id))).toEqual(new Set(expected.map(({ id }) => id)));
    const scores = new Map(expected.map(({ id, score }) => [id, score]));
    for (const { node, score } of value.found) {
      expect(Math.abs(score / 1e6 - (scores.get(node.meta.id) ?? 0))).toBeLessThan(1e-5);
    }
    const order = value.found.map(({ node, score }) => [-score, -Date.parse(node.meta.time), node.meta.id] as const);
    expect(order).toEqual([...order].sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? 1 : -1)));
    expect(scope.holding).toHaveLength(searchWords(query).length);
  });

  test('by its index: of thousands of events only those that can match are read', async () => {
    const many = Array.from({ length: 40_000 }, (_, number) => ({
      ...note(number),
      id: `m${number}`,
      title: null,
      body: number === 27_777 ? 'a needle in hay' : `hay ${number}`,
      at: new Date(NOW_MS - 200 * 86_400_000 + number).toISOString(),
    }));
    await loadEvents(engine.warehouse, kind, many, 'large');
    const asked = { tenant: 'large', nowMs: NOW_MS, totalCount: false };
    const question = readSearchQuestion(kind, { query: 'Needle', match: 'ALL', first: 10 }, asked);
    const read: number[] = [];
    const counting: Warehouse = { ...watched((rowsRead) => read.push(rowsRead)) };
    const { value } = await answerSearch(question, sources(counting));
    expect(value.found.map(({ node }) => node.meta.id)).toEqual(['m27777']);
    // What is found is read, not what is looked through: one granule of each part is 8192 rows.
    expect(read.at(-1)).toBeLessThan(20_000);
  });
});

test('a walk over pages meets every event that was there once, in one order, whatever is written meanwhile', async () => {
  const met: string[] = [];
  let after: string | null = null;
  let newer = 0;
  const expected = byHand('retry timeout', { match: 'ANY' }).length;
  for (let more = true; more; ) {
    const args: SearchArguments = { query: 'retry timeout', match: 'ANY', first: 50, after };
    const question = readSearchQuestion(kind, args, ASKED);
    const { value } = await answerSearch(question, sources());
    met.push(...value.found.map(({ node }) => node.meta.id));
    const last = value.found.at(-1);
    after = last === undefined ? null : encodeSearchCursor(question, value.scope, last);
    more = value.hasMore;
    // A word that becomes frequent says less in every new search; in this one its weight stays.
    const written = Array.from({ length: 30 }, () => ({
      ...note(0),
      id: `later-${newer++}`,
      body: 'retry retry retry',
    }));
    await loadEvents(engine.warehouse, kind, written);
  }
  expect(new Set(met).size).toBe(met.length);
  expect(met.filter((id) => !id.startsWith('later'))).toHaveLength(expected);
  await engine.warehouse.command(`DELETE FROM ${DATABASE}.notes WHERE startsWith(id, 'later')`);
});

describe('a passage shows what was found', () => {
  const cases: readonly (readonly [string, string, string | null])[] = [
    ['Disk is full', 'disk', '[Disk] is full'],
    ['the disk, the DISK', 'disk', 'the [disk], the [DISK]'],
    ['diskette', 'disk', null],
    ['user-17 of 17', '17', 'user-[17] of [17]'],
    ['Zoë und ZOË', 'zoë', '[Zoë] und [ZOË]'],
    [`${'far away '.repeat(40)}here is the error.`, 'error', `${'far away '.repeat(5)}here is the [error].`],
  ];
  test.each(cases)('%j of %s', (text, query, shown) => {
    const parts = highlight(text, new Set(searchWords(query)));
    const marked = parts?.map(({ text: part, hit }) => (hit ? `[${part}]` : part)).join('') ?? null;
    expect(
      marked === null ? null : marked.replace(/^.*?(?=far away far away far away far away far away here)/, ''),
    ).toBe(shown);
  });

  test('of every field in which there is something, as it was sent', async () => {
    const { value } = await search({ query: 'zoë', first: 1000 });
    for (const { node, highlights } of value.found) {
      const holding = ['title', 'body'].filter((name) => tokensOf(node[name]).includes('zoë'));
      expect(highlights.map(({ field }) => field)).toEqual(holding);
      for (const { field, parts } of highlights) {
        expect(String(node[field])).toContain(parts.map(({ text }) => text).join(''));
        expect(parts.filter(({ hit }) => hit).every(({ text }) => text.toLowerCase() === 'zoë')).toBe(true);
      }
    }
  });
});

test.each<readonly [string, Partial<SearchArguments>, RegExp]>([
  ['without a word', { query: ' -- !' }, /expected a word at least/],
  ['of more words than there are indexes to ask', { query: 'a b c d e f g h i j k' }, /at most 10 words/],
  ['from a place of nowhere', { query: 'a', after: 'bm9wZQ' }, /expected a cursor as an edge/],
])('a search %s is refused', (_name, args, message) => {
  expect(() => readSearchQuestion(kind, { query: 'a', match: 'ALL', first: 10, ...args }, ASKED)).toThrow(message);
});

test('a cursor of another search is refused', async () => {
  const question = readSearchQuestion(kind, { query: 'error', match: 'ALL', first: 1 }, ASKED);
  const { value } = await answerSearch(question, sources());
  const [found] = value.found;
  if (found === undefined) throw new Error('nothing was found');
  const after = encodeSearchCursor(question, value.scope, found);
  expect(() => readSearchQuestion(kind, { query: 'disk', match: 'ALL', first: 1, after }, ASKED)).toThrow(
    /of the same search/,
  );
});

const ASKED = { tenant: 'default', nowMs: NOW_MS, totalCount: false };

async function search(args: Partial<SearchArguments> & { readonly query: string }, totalCount = false) {
  const question = readSearchQuestion(kind, { match: 'ALL', first: 10, ...args }, { ...ASKED, totalCount });
  const { value } = await answerSearch(question, sources());
  return { value, scope: value.scope };
}

function sources(warehouse: Warehouse = engine.warehouse) {
  return { warehouse, progress: standingProgress(kind.plural), cache: resultCacheInMemory() };
}

function watched(onRead: (rowsRead: number) => void): Warehouse {
  return {
    ...engine.warehouse,
    query: async (sql, options) => {
      const result = await engine.warehouse.query(sql, options);
      onRead(result.rowsRead);
      return result as never;
    },
  };
}

function byHand(query: string, { match = 'ALL', where, range }: Partial<SearchArguments>) {
  const words = searchWords(query);
  const chosen = notes.filter((one) => {
    const isHigh = where === undefined || one.level === 'high';
    return (
      isHigh && (range === undefined || (Date.parse(one.at) >= NOW_MS - 3 * 3_600_000 && Date.parse(one.at) < NOW_MS))
    );
  });
  const tokens = new Map(chosen.map((one) => [one.id, [...tokensOf(one.title), ...tokensOf(one.body)]]));
  const rarity = words.map((word) => {
    const held = [...tokens.values()].filter((of) => of.includes(word)).length;
    return Math.log(1 + (chosen.length - held + 0.5) / (held + 0.5));
  });
  return chosen.flatMap(({ id }) => {
    const times = words.map((word) => (tokens.get(id) ?? []).filter((token) => token === word).length);
    const isFound = match === 'ALL' ? times.every((count) => count > 0) : times.some((count) => count > 0);
    const score = times.reduce((sum, count, index) => sum + ((rarity[index] ?? 0) * count * 2.2) / (count + 1.2), 0);
    return isFound ? [{ id, score }] : [];
  });
}

function tokensOf(text: unknown): readonly string[] {
  return typeof text === 'string' ? text.toLowerCase().split(/[^0-9a-z\u0080-\u{10FFFF}]+/u) : [];
}

function note(number: number) {
  const words = (most: number) =>
    Array.from({ length: 1 + random(most) }, () => WORDS[random(WORDS.length)]).join([' ', ', ', ' - '][random(3)]);
  return {
    id: `n${String(number).padStart(5, '0')}`,
    author: `u${random(9)}`,
    title: random(3) === 0 ? null : words(4),
    body: words(9),
    level: ['high', 'low'][random(2)] ?? 'low',
    at: new Date(NOW_MS - random(400) * 60_000).toISOString(),
  };
}

function noteKind(): KindModel {
  const [only] = compiled(`
    type Note @event(key: "author", time: "at") {
      id: ID!
      author: ID!
      title: String @searchable
      body: String! @searchable
      level: String! @dimension
      at: DateTime!
    }`).kinds;
  if (only === undefined) throw new Error('the declaration holds no kind');
  return only;
}
