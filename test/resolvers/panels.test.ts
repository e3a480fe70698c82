import { join } from 'node:path';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { type GraphQLSchema, graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { readApiSdl, SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { servedTypeDefs } from '../../src/model/graphql/served-schema.ts';
import { tableDefinitions } from '../../src/model/tables/tables.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import type { AskContext } from '../../src/resolvers/ask-context.ts';
import { createEventLoaders } from '../../src/resolvers/event-loaders.ts';
import { panelResolvers } from '../../src/resolvers/panels/panel-resolvers.ts';
import { questionResolvers } from '../../src/resolvers/question-resolvers.ts';
import { loadMigrations, migrate } from '../../src/warehouse/migrate.ts';
import { setRates } from '../../src/warehouse/rates.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { scaled } from '../support/brute-force-metrics.ts';
import { compiled } from '../support/compiled.ts';
import { loadEvents } from '../support/load-events.ts';
import { randomFrom } from '../support/random.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';
import { standingProgress } from '../support/standing-progress.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const NOW_MS = Date.parse('2026-11-05T12:34:56.789Z');
const MINUTE_MS = 60_000;
const model = loadDeclarations(SAMPLE_KINDS_DIR);
const random = randomFrom(20261121);
const activities = makeActivities(1500);
const sales = makeSales(800);
const ratings = makeRatings(600);

let engine: TestWarehouse;
let schema: GraphQLSchema;
let statements: string[] = [];

beforeAll(async () => {
  engine = await startTestWarehouse();
  const kinds = model.kinds.flatMap(tableDefinitions).map(({ path, sql }) => ({ name: path, sql }));
  await migrate(engine.warehouse, [...(await loadMigrations(join(import.meta.dirname, '../../clickhouse'))), ...kinds]);
  await loadEvents(engine.warehouse, kindOf('activity'), activities);
  await loadEvents(engine.warehouse, kindOf('sale'), sales);
  await loadEvents(engine.warehouse, kindOf('rating'), ratings);
  // What another tenant has must be in no panel.
  await loadEvents(engine.warehouse, kindOf('activity'), activities.slice(0, 300), 'other');
  await loadEvents(engine.warehouse, kindOf('sale'), sales.slice(0, 300), 'other');
  await loadEvents(engine.warehouse, kindOf('rating'), ratings.slice(0, 300), 'other');
  const sources = {
    warehouse: watched(engine.warehouse),
    progress: standingProgress(...model.kinds.map(({ plural }) => plural)),
    cache: resultCacheInMemory(),
    clock: { nowMs: () => NOW_MS },
    waitDeadlineMs: 50,
  };
  const panels = panelResolvers(model, sources);
  schema = makeExecutableSchema({
    typeDefs: servedTypeDefs(model, readApiSdl()),
    resolvers: { ...panels, Query: { ...questionResolvers(model, sources), ...panels.Query } },
  });
}, 120_000);

afterAll(() => engine.stop());

beforeEach(() => {
  statements = [];
});

describe('activities', () => {
  test('active users are those with an activity in exactly the last minutes, each with their sessions', async () => {
    for (const minutes of [5, 15, 90]) {
      const data = await ask(
        `{ activeUsers(last: "${minutes}m", first: 1000) { nodes { userId sessions } totalCount } }`,
      );
      const sessions = new Map<string, Set<string | null>>();
      for (const one of lately(activities, minutes)) {
        sessions.set(one.userId, (sessions.get(one.userId) ?? new Set()).add(one.sessionId));
      }
      const nodes = [...sessions].map(([userId, ids]) => ({ userId, sessions: ids.size }));
      nodes.sort((a, b) => (a.userId < b.userId ? -1 : 1));
      expect(data.activeUsers).toEqual({ nodes, totalCount: nodes.length });
    }
  });

  test('a walk over the pages of active users meets each once', async () => {
    const met: string[] = [];
    let after: string | null = null;
    for (let more = true; more; ) {
      const query =
        'query ($after: Cursor) { activeUsers(last: "90m", first: 7, after: $after) { nodes { userId } pageInfo { hasNextPage endCursor } } }';
      const data: Answer = await ask(query, { after });
      const page = data.activeUsers as {
        nodes: { userId: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
      met.push(...page.nodes.map(({ userId }) => userId));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(met).toEqual([...new Set(lately(activities, 90).map(({ userId }) => userId))].sort());
  });

  test('pages and clicks are counted as they were', async () => {
    const data = await ask(`{
      topPages(last: "30m", first: 4) { path views uniqueUsers }
      clicks(last: "45m") { totalClicks uniqueUsers topPages(first: 3) { path views uniqueUsers } }
    }`);
    const clicked = lately(activities, 45).filter(({ type }) => type === 'CLICK');
    expect(data).toEqual({
      topPages: pagesOf(lately(activities, 30).filter(({ type }) => type === 'PAGE_VIEW')).slice(0, 4),
      clicks: {
        totalClicks: clicked.length,
        uniqueUsers: new Set(clicked.map(({ userId }) => userId)).size,
        topPages: pagesOf(clicked).slice(0, 3),
      },
    });
  });
});

describe('sales', () => {
  test('by category, by currency, over all windows that ended or go on', async () => {
    const data = await ask(`{
      salesByCategory(range: {last: "2w"}) { rows { category sales quantity amounts { currency amount } } }
      salesByDay(range: {last: "5d"}, timeZone: "Europe/Berlin") { rows { start sales quantity amounts { currency amount } } }
      salesByMonth(range: {last: "3mo"}) { rows { start sales quantity amounts { currency amount } } }
    }`);
    const since = (text: string) => sales.filter(({ occurredAt }) => occurredAt >= text);
    const twoWeeks = groupsOf(since('2026-10-22T12:34:56.789Z'), ({ category }) => category);
    expect(data.salesByCategory).toEqual({
      rows: mostFirst(twoWeeks).map(([category, some]) => ({ category, ...sold(some) })),
    });
    const berlinDay = (text: string) => new Date(Date.parse(text) + 3_600_000).toISOString().slice(0, 10);
    const days = groupsOf(since('2026-10-30T23:00:00.000Z'), ({ occurredAt }) => berlinDay(occurredAt));
    expect(data.salesByDay).toEqual({
      rows: days.map(([day, some]) => ({ start: startOfBerlin(day), ...sold(some) })),
    });
    const months = groupsOf(since('2026-08-01T00:00:00.000Z'), ({ occurredAt }) => occurredAt.slice(0, 7));
    expect(data.salesByMonth).toEqual({
      rows: months.map(([month, some]) => ({ start: `${month}-01T00:00:00.000000Z`, ...sold(some) })),
    });
  });

  test('in one currency by the rates of their days, which are named', async () => {
    const day = '2026-11-04';
    const range = `range: {from: "${day}T00:00:00Z", to: "${day}T23:59:59.999Z"}`;
    await setRates(engine.warehouse, 'default', [{ from: 'USD', to: 'EUR', day, rate: '0.8631' }]);
    const data = await ask(
      `{ salesByCategory(${range}, convertTo: EUR) { rows { category sales amounts { currency amount } } rates { from day rate } } }`,
    );
    const some = sales.filter(({ occurredAt }) => occurredAt.startsWith(day));
    const rows = mostFirst(groupsOf(some, ({ category }) => category)).map(([category, group]) => {
      const sum = group.reduce(
        (all, one) => all + scaled(one.amount, 4) * (one.currency === 'USD' ? 8631n : 10_000n),
        0n,
      );
      return { category, sales: group.length, amounts: [{ currency: 'EUR', amount: decimal(sum, 8) }] };
    });
    expect(rows.length).toBeGreaterThan(1);
    expect(data.salesByCategory).toEqual({ rows, rates: [{ from: 'USD', day, rate: '0.8631' }] });
  });

  test("a customer's whole history is there, whenever it was", async () => {
    for (const customerId of ['u1', 'u2', 'nobody']) {
      const data = await ask(
        `query ($id: ID!) { customerHistory(customerId: $id) {
          customerId sales quantity firstAt lastAt amounts { currency amount } categories { category sales }
          events(first: 3) { nodes { id } totalCount }
        } }`,
        { id: customerId },
      );
      const own = sales.filter((one) => one.customerId === customerId).sort(newestFirst);
      const at = (one: Sale | undefined) => (one === undefined ? null : one.occurredAt.replace('Z', '000Z'));
      expect(data.customerHistory).toEqual({
        customerId,
        ...sold(own),
        firstAt: at(own.at(-1)),
        lastAt: at(own[0]),
        categories: mostFirst(groupsOf(own, ({ category }) => category)).map(([category, some]) => ({
          category,
          sales: some.length,
        })),
        events: { nodes: own.slice(0, 3).map(({ id }) => ({ id })), totalCount: own.length },
      });
    }
  });

  test('how people pay, and how that changes', async () => {
    const data = await ask(`{
      paymentPreferences(range: {last: "4w"}) { rows { paymentMethod sales share amounts { currency amount } } }
      ofOne: paymentPreferences(range: {last: "4w"}, customerId: "u1") { rows { paymentMethod sales } }
      paymentTrends(range: {last: "3d"}, every: "1d") { rows { start paymentMethod sales share } }
    }`);
    const month = sales.filter(({ occurredAt }) => occurredAt >= '2026-10-08T12:34:56.789Z');
    const methods = (some: readonly Sale[]) => mostFirst(groupsOf(some, ({ paymentMethod }) => paymentMethod));
    expect(data.paymentPreferences).toEqual({
      rows: methods(month).map(([paymentMethod, some]) => {
        const { quantity: _, ...rest } = sold(some);
        return { paymentMethod, ...rest, share: some.length / month.length };
      }),
    });
    expect(data.ofOne).toEqual({
      rows: methods(month.filter(({ customerId }) => customerId === 'u1')).map(([paymentMethod, some]) => ({
        paymentMethod,
        sales: some.length,
      })),
    });
    const days = groupsOf(
      sales.filter(({ occurredAt }) => occurredAt >= '2026-11-02T00:00:00Z'),
      ({ occurredAt }) => occurredAt.slice(0, 10),
    );
    expect(data.paymentTrends).toEqual({
      rows: days.flatMap(([day, some]) =>
        groupsOf(some, ({ paymentMethod }) => paymentMethod).map(([paymentMethod, group]) => ({
          start: `${day}T00:00:00.000000Z`,
          paymentMethod,
          sales: group.length,
          share: group.length / some.length,
        })),
      ),
    });
  });
});

test('a player is rated by the latest version of every rating, now and over time', async () => {
  for (const id of ['p1', 'p2', 'nobody']) {
    const data = await ask(
      `query ($id: ID!) { player(id: $id) { id ratingNow ratingCount
        ratings(range: {last: "1w"}, every: "1d") { start average count } } }`,
      { id },
    );
    const latest = latestOf(ratings.filter(({ playerId }) => playerId === id));
    const days = groupsOf(
      latest.filter(({ firstAt }) => firstAt >= '2026-10-29T00:00:00Z'),
      ({ firstAt }) => firstAt.slice(0, 10),
    );
    expect(data.player).toEqual({
      id,
      ratingNow: averageOf(latest),
      ratingCount: latest.length,
      ratings: days.map(([day, some]) => ({
        start: `${day}T00:00:00.000000Z`,
        average: averageOf(some),
        count: some.length,
      })),
    });
  }
});

describe('a user', () => {
  test('has the events of every kind, newest first, page by page', async () => {
    const data = await ask(`{ user(id: "u3") {
      activities(first: 4, where: {type: {eq: CLICK}}) { nodes { id } totalCount pageInfo { hasNextPage endCursor } }
      sales(first: 2) { nodes { id amount } pageInfo { hasNextPage hasPreviousPage } asOf { tables } }
      ratings { nodes { ratingId } }
      activeSessions(last: "90m")
    } }`);
    const clicks = activities.filter(({ userId, type }) => userId === 'u3' && type === 'CLICK').sort(newestFirst);
    const own = sales.filter(({ customerId }) => customerId === 'u3').sort(newestFirst);
    const user = data.user as { activities: { pageInfo: { endCursor: string } } };
    const { endCursor } = user.activities.pageInfo;
    expect(data.user).toEqual({
      activities: {
        nodes: clicks.slice(0, 4).map(({ id }) => ({ id })),
        totalCount: clicks.length,
        pageInfo: { hasNextPage: true, endCursor },
      },
      sales: {
        nodes: own.slice(0, 2).map(({ id, amount }) => ({ id, amount })),
        pageInfo: { hasNextPage: own.length > 2, hasPreviousPage: false },
        asOf: { tables: ['raw'] },
      },
      ratings: { nodes: [] },
      activeSessions: new Set(lately(activities, 90).flatMap((one) => (one.userId === 'u3' ? [one.sessionId] : [])))
        .size,
    });
    const next = await ask(
      'query ($after: Cursor) { user(id: "u3") { activities(first: 4, where: {type: {eq: CLICK}}, after: $after) { nodes { id } } } }',
      { after: endCursor },
    );
    expect(next.user).toEqual({ activities: { nodes: clicks.slice(4, 8).map(({ id }) => ({ id })) } });
  });

  test('asked for many at once is one query a field, and not one a user', async () => {
    const data = await ask(`{ activeUsers(last: "90m", first: 100) { nodes { userId user {
      sales(first: 1) { nodes { id } } activities(first: 2) { nodes { id } } activeSessions(last: "90m")
    } sessions } } }`);
    const { nodes } = data.activeUsers as {
      nodes: { userId: string; sessions: number; user: Record<string, unknown> }[];
    };
    expect(nodes.length).toBeGreaterThan(20);
    for (const { userId, user, sessions } of nodes) {
      const newest = <Event extends { id: string; occurredAt: string }>(events: readonly Event[], first: number) => ({
        nodes: [...events]
          .sort(newestFirst)
          .slice(0, first)
          .map(({ id }) => ({ id })),
      });
      expect(user).toEqual({
        sales: newest(
          sales.filter(({ customerId }) => customerId === userId),
          1,
        ),
        activities: newest(
          activities.filter((one) => one.userId === userId),
          2,
        ),
        activeSessions: sessions,
      });
    }
    expect(statements).toHaveLength(4);
  });

  test('are one question of the operation, however many users there are', async () => {
    const reads = new OperationReads();
    const users = 'activeUsers(last: "90m", first: 100) { nodes { user { sales(first: 1) { totalCount } } } }';
    await ask(`{ ${users} }`, {}, reads);
    expect(reads.outcomes).toHaveLength(2);
  });
});

test('panels are there while the kinds that they are of are as the samples are', () => {
  const own = compiled(`
    type Activity @event(key: "userId") { id: ID! userId: ID! what: String! @dimension occurredAt: DateTime! }
    type Visit @event(key: "door") { id: ID! door: String! occurredAt: DateTime! }
  `);
  const built = makeExecutableSchema({ typeDefs: servedTypeDefs(own, readApiSdl()) });
  const fields = Object.keys(built.getQueryType()?.getFields() ?? {});
  expect(fields).toEqual(expect.arrayContaining(['user', 'activityFunnel']));
  for (const absent of ['activeUsers', 'salesByDay', 'player', 'visitFunnel']) expect(fields).not.toContain(absent);
  expect(Object.keys(panelResolvers(own, {} as never).Query ?? {})).toEqual(['user']);
});

type Answer = Readonly<Record<string, unknown>>;

async function ask(
  source: string,
  variableValues: Record<string, unknown> = {},
  reads = new OperationReads(),
): Promise<Answer> {
  const loaders = { events: createEventLoaders('default', engine.warehouse) };
  const contextValue: AskContext = { tenant: 'default', loaders, reads };
  const result = await graphql({ schema, source, variableValues, contextValue });
  const problems = (result.errors ?? []).map(({ originalError, message }) =>
    originalError instanceof LakegateError ? `${originalError.code} ${message} ${originalError.cause ?? ''}` : message,
  );
  expect(problems).toEqual([]);
  return JSON.parse(JSON.stringify(result.data));
}

function watched(warehouse: Warehouse): Warehouse {
  return {
    ...warehouse,
    query: (sql, options) => {
      statements.push(sql);
      return warehouse.query(sql, options);
    },
  };
}

function kindOf(singular: string): KindModel {
  const kind = model.kinds.find((each) => each.singular === singular);
  if (kind === undefined) throw new Error(`${singular} is no sample kind`);
  return kind;
}

function lately<Event extends { readonly occurredAt: string }>(
  events: readonly Event[],
  minutes: number,
): readonly Event[] {
  return events.filter(({ occurredAt }) => {
    const timeMs = Date.parse(occurredAt);
    return timeMs >= NOW_MS - minutes * MINUTE_MS && timeMs < NOW_MS;
  });
}

function newestFirst(a: { id: string; occurredAt: string }, b: { id: string; occurredAt: string }): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

/** In the order of their names. */
function groupsOf<Event>(
  events: readonly Event[],
  name: (event: Event) => string,
): readonly [string, readonly Event[]][] {
  const groups = new Map<string, Event[]>();
  for (const event of events) groups.set(name(event), [...(groups.get(name(event)) ?? []), event]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function mostFirst<Group extends readonly [string, readonly unknown[]]>(groups: readonly Group[]): readonly Group[] {
  return [...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
}

function pagesOf(some: readonly Activity[]) {
  const withPath = some.flatMap((one) => (one.path === null ? [] : [{ ...one, path: one.path }]));
  return mostFirst(groupsOf(withPath, ({ path }) => path)).map(([path, group]) => ({
    path,
    views: group.length,
    uniqueUsers: new Set(group.map(({ userId }) => userId)).size,
  }));
}

function sold(some: readonly Sale[]) {
  return {
    sales: some.length,
    quantity: some.reduce((sum, { quantity }) => sum + quantity, 0),
    amounts: groupsOf(some, ({ currency }) => currency).map(([currency, group]) => ({
      currency,
      amount: decimal(
        group.reduce((sum, { amount }) => sum + scaled(amount, 4), 0n),
        4,
      ),
    })),
  };
}

function decimal(value: bigint, scale: number): string {
  const digits = value.toString().padStart(scale + 1, '0');
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '');
}

function startOfBerlin(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 3_600_000).toISOString().replace('Z', '000Z');
}

function latestOf(some: readonly Rating[]): readonly (Rating & { readonly firstAt: string })[] {
  return groupsOf(some, ({ ratingId }) => ratingId).flatMap(([, versions]) => {
    const latest = [...versions].sort((a, b) => b.version - a.version)[0];
    const firstAt = versions.map(({ occurredAt }) => occurredAt).sort()[0] ?? '';
    return latest === undefined ? [] : [{ ...latest, firstAt }];
  });
}

function averageOf(some: readonly Rating[]): number | null {
  const hundredths = some.reduce((sum, { rating }) => sum + scaled(rating, 2), 0n);
  return some.length === 0 ? null : Number(hundredths) / 100 / some.length;
}

type Activity = ReturnType<typeof makeActivities>[number];
type Sale = ReturnType<typeof makeSales>[number];
type Rating = ReturnType<typeof makeRatings>[number];

function timeWithin(spanMs: number): string {
  return new Date(NOW_MS - random(spanMs)).toISOString();
}

function makeActivities(count: number) {
  return Array.from({ length: count }, (_, number) => ({
    id: `a${String(number).padStart(5, '0')}`,
    userId: `u${random(40)}`,
    type: ['PAGE_VIEW', 'CLICK', 'SEARCH'][random(3)] ?? 'CLICK',
    sessionId: random(6) === 0 ? null : `s${random(4)}`,
    path: random(8) === 0 ? null : `/p${random(9)}`,
    occurredAt: timeWithin(120 * MINUTE_MS),
  }));
}

function makeSales(count: number) {
  return Array.from({ length: count }, (_, number) => ({
    id: `s${String(number).padStart(5, '0')}`,
    customerId: `u${random(40)}`,
    productId: `p${random(20)}`,
    productName: `Product ${random(20)}`,
    category: ['books', 'games', 'music', 'toys'][random(4)] ?? 'books',
    quantity: 1 + random(5),
    price: '1',
    amount: `${random(500)}.${String(random(10_000)).padStart(4, '0')}`,
    currency: ['EUR', 'USD'][random(2)] ?? 'EUR',
    paymentMethod: ['CARD', 'INVOICE', 'CASH'][random(3)] ?? 'CARD',
    occurredAt: timeWithin((random(3) === 0 ? 100 : 9) * 86_400_000),
  }));
}

/** Corrections come later, in any order of versions, and the id that two versions share is one rating. */
function makeRatings(count: number) {
  const versions = new Map<string, number>();
  return Array.from({ length: count }, () => {
    const playerId = `p${random(5)}`;
    const ratingId = `${playerId}-m${random(60)}`;
    const version = (versions.get(ratingId) ?? 0) + 1;
    versions.set(ratingId, version);
    return {
      ratingId,
      version,
      playerId,
      matchId: `m${random(60)}`,
      rating: `${random(10)}.${String(random(100)).padStart(2, '0')}`,
      occurredAt: timeWithin(12 * 86_400_000),
    };
  });
}
