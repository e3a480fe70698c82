import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type EventPage,
  type EventPageArguments,
  eventConnection,
  readEventPageQuestion,
} from '../../src/analytics/events/event-connection.ts';
import { eventsById } from '../../src/analytics/events/events-by-id.ts';
import { EMPTY_VERSION } from '../../src/model/version.ts';
import type { Progress } from '../../src/warehouse/progress.ts';
import { createTables, loadPayments, type Payment, paymentKind } from '../support/asked-kind.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const kind = paymentKind();
const START_MS = Date.parse('2026-11-05T12:00:00Z');
const EVENTS = 300;

let engine: TestWarehouse;
const payments = Array.from({ length: EVENTS }, (_, number) => payment(number));

/** Nothing is loaded while a page is read here; what happens when something is has its own test beside the loader. */
const progress: Pick<Progress, 'consistently'> = {
  consistently: async (_topics, read) => {
    const value = await read(EMPTY_VERSION, new AbortController().signal);
    return { value, version: EMPTY_VERSION, identity: '' };
  },
};

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
  await loadPayments(engine.warehouse, payments);
  await loadPayments(engine.warehouse, payments.slice(0, 20), { tenant: 'other', partition: 1 });
});

afterAll(() => engine.stop());

describe('a walk from page to page', () => {
  const orders = [
    { by: 'TIME', direction: 'DESC' },
    { by: 'TIME', direction: 'ASC' },
    { by: 'AMOUNT', direction: 'DESC' },
    { by: 'TIP', direction: 'ASC' },
    { by: 'TIP', direction: 'DESC' },
    { by: 'PIECES', direction: 'ASC' },
    { by: 'WEIGHT', direction: 'DESC' },
  ] as const;

  test.each(orders)('by $by $direction meets every event once, forwards and backwards alike', async (orderBy) => {
    const forwards = await walk((after) => page({ orderBy, first: 37, after }), 'forwards');
    const backwards = await walk((before) => page({ orderBy, last: 41, before }), 'backwards');
    expect(forwards).toHaveLength(EVENTS);
    expect(new Set(forwards).size).toBe(EVENTS);
    expect(backwards).toEqual(forwards);
    expect(forwards).toEqual((await page({ orderBy, first: 1000 })).edges.map(({ node }) => node.number));
  });

  test('meets everything that was there at its beginning once, while others write', async () => {
    const met: unknown[] = [];
    let after: string | null = null;
    let written = 0;
    do {
      const found: EventPage = await page({ first: 25, after, where: { userId: { ne: 'nobody' } } });
      met.push(...found.edges.map(({ node }) => node.number));
      after = found.hasNextPage ? (found.edges.at(-1)?.cursor ?? null) : null;
      // Behind the walk, at its very place, and ahead of it.
      const burst = [0, 150_000, 299_000].map((ms, index) => ({
        ...payment(10_000 + written + index),
        timeUs: (START_MS + ms) * 1000,
      }));
      written += burst.length;
      await loadPayments(engine.warehouse, burst, { partition: 3, offset: written });
    } while (after !== null);
    const original = met.filter((number) => Number(number) < EVENTS);
    expect(original).toHaveLength(EVENTS);
    expect(new Set(met).size).toBe(met.length);
    await engine.warehouse.command('ALTER TABLE lakegate.payments DELETE WHERE number >= 10000', {
      settings: { mutations_sync: 1 },
    });
  });
});

describe('a page', () => {
  test('has 50 events, newest first, where nothing else is said', async () => {
    const { edges, hasNextPage, hasPreviousPage, totalCount } = await page({});
    expect(edges).toHaveLength(50);
    expect(edges[0]?.node.number).toBe(EVENTS - 1);
    expect({ hasNextPage, hasPreviousPage, totalCount }).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      totalCount: EVENTS,
    });
  });

  test('knows on both sides whether there is more', async () => {
    const first = await page({ first: 10 });
    const second = await page({ first: 290, after: first.edges.at(-1)?.cursor });
    expect([second.hasNextPage, second.hasPreviousPage]).toEqual([false, true]);
    const back = await page({ last: 5, before: second.edges[0]?.cursor });
    expect([back.hasNextPage, back.hasPreviousPage]).toEqual([true, true]);
    expect(back.edges.map(({ node }) => node.number)).toEqual(first.edges.slice(5).map(({ node }) => node.number));
  });

  test('holds only what the filter lets through, of the tenant that asks', async () => {
    const { edges, totalCount } = await page({ where: { tip: { isNull: true }, pieces: { gte: 5 } }, first: 1000 });
    const expected = payments.filter(({ tip, pieces }) => tip === null && pieces !== null && pieces >= 5);
    expect(totalCount).toBe(expected.length);
    expect(edges).toHaveLength(expected.length);
  });

  test('of no events counts and reads none', async () => {
    const found = await page({ where: { userId: { eq: 'nobody' } } });
    expect(found).toMatchObject({ edges: [], hasNextPage: false, hasPreviousPage: false, totalCount: 0 });
  });

  test.each([
    [{ first: 1001 }, /first: expected 0 to 1000, got 1001/],
    [{ last: -1 }, /last: expected 0 to 1000, got -1/],
    [{ first: 5, last: 5 }, /first with after, or last with before/],
    [{ first: 5, before: 'x' }, /first with after, or last with before/],
    [{ after: 'no cursor' }, /after: expected a cursor as an edge or pageInfo gave it/],
    [{ where: { amount: { gt: '0.00001' } } }, /at most 14 digits before the point and 4 after it/],
  ] as const)('%j is refused', (args, message) => {
    expect(() => question(args)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', message: expect.stringMatching(message) }),
    );
  });

  test('a cursor of another order is refused', async () => {
    const cursor = (await page({ first: 1 })).edges[0]?.cursor;
    const orderBy = { by: 'AMOUNT', direction: 'DESC' } as const;
    expect(() => question({ after: cursor, orderBy })).toThrow(/expected a cursor of the same order/);
  });
});

describe('an event comes back as it was sent', () => {
  test('with decimals in their shortest spelling, times to the microsecond, and what is missing as null', async () => {
    const [event] = await eventsById(kind, 'default', ['s/7'], engine.warehouse);
    expect(event).toEqual({
      __typename: 'Payment',
      source: 's',
      number: 7,
      userId: 'u7',
      amount: '7.5',
      tip: '0.25',
      pieces: null,
      weight: 1 / 7,
      currency: 'EUR',
      status: 'CAPTURED',
      country: null,
      merchant: 'a"b\\c\n😀',
      online: true,
      occurredAt: '2026-11-05T12:00:07.000007Z',
      meta: {
        kind: 'PAYMENT',
        id: 's/7',
        key: 'u7',
        time: '2026-11-05T12:00:07.000007Z',
        receivedAt: '2026-11-05T12:00:07.250000Z',
        position: { topic: 'payments', partition: 0, offset: '7' },
        late: true,
      },
    });
  });

  test('many ids are one query, in the order asked for, null where there is none', async () => {
    const found = await eventsById(kind, 'default', ['s/3', 'nope', 's/1', 's/3'], engine.warehouse);
    expect(found.map((event) => event?.number ?? null)).toEqual([3, null, 1, 3]);
    expect(await eventsById(kind, 'nobody', ['s/3'], engine.warehouse)).toEqual([null]);
  });

  test('an id is found by the index on ids', async () => {
    const { rows } = await engine.warehouse.query<{ readonly explain: string }>(
      "EXPLAIN indexes = 1 SELECT source FROM lakegate.payments WHERE _tenant = 'default' AND _id IN ['s/3']",
    );
    expect(rows.map(({ explain }) => explain).join('\n')).toContain('by_id');
  });
});

function question(args: EventPageArguments) {
  return readEventPageQuestion(kind, args, { edges: true, totalCount: true, otherSide: true }, 'default');
}

function page(args: EventPageArguments): Promise<EventPage> {
  return eventConnection(question(args), { warehouse: engine.warehouse, progress: progress as Progress });
}

async function walk(
  next: (cursor: string | null) => Promise<EventPage>,
  direction: 'forwards' | 'backwards',
): Promise<readonly unknown[]> {
  const met: unknown[] = [];
  let cursor: string | null = null;
  do {
    const { edges, hasNextPage, hasPreviousPage }: EventPage = await next(cursor);
    const numbers = edges.map(({ node }) => node.number);
    const forwards = direction === 'forwards';
    met.splice(forwards ? met.length : 0, 0, ...numbers);
    const more = forwards ? hasNextPage : hasPreviousPage;
    cursor = more ? ((forwards ? edges.at(-1) : edges[0])?.cursor ?? null) : null;
  } while (cursor !== null);
  return met;
}

/** Many share an amount and a time, and many have no tip: ties are what cursors break on. */
function payment(number: number): Payment {
  return {
    source: 's',
    number,
    userId: `u${number}`,
    amount: `${number % 10}.5000`,
    tip: number % 3 === 0 ? null : `0.${25 + (number % 4) - 3}`,
    pieces: number % 7 === 0 ? null : number % 9,
    weight: number % 5 === 0 ? null : 1 / (number % 13 || 1),
    currency: 'EUR',
    status: 'CAPTURED',
    country: null,
    merchant: number === 7 ? 'a"b\\c\n😀' : null,
    online: number === 7 ? true : null,
    timeUs: number === 7 ? (START_MS + 7000) * 1000 + 7 : (START_MS + Math.floor(number / 4) * 4000) * 1000,
    late: number === 7,
  };
}
