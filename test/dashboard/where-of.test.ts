import { buildASTSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { type Kind, kindOf } from '../../dashboard/api/kinds.ts';
import { metricsQuery, metricsSubscription } from '../../dashboard/api/metrics-operation.ts';
import { whereOf } from '../../dashboard/api/where-of.ts';
import type { KindsQuery } from '../../dashboard/generated/operations.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { readApiSdl, SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import { servedTypeDefs } from '../../src/model/graphql/served-schema.ts';

const schema = buildASTSchema(servedTypeDefs(loadDeclarations(SAMPLE_KINDS_DIR), readApiSdl()));

const dimension = (name: string, type: string) => ({ name, type, high: false, description: null });

const info: NonNullable<KindsQuery['kinds']>[number] = {
  kind: 'TRANSACTION',
  plural: 'transactions',
  description: null,
  key: 'userId',
  time: 'occurredAt',
  dimensions: [dimension('country', 'CountryCode'), dimension('floor', 'Int'), dimension('vip', 'Boolean')],
  measures: [],
  jsonSchema: { title: 'Transaction', properties: {} },
};
const kind: Kind = kindOf(info);

const filters = (...entries: [string, (string | null)[]][]) => new Map(entries);

test('a filter is meant for the kinds that have its dimension', () => {
  expect(whereOf(kind, filters(['brand', ['Acme']]))).toBeUndefined();
  expect(whereOf(kind, filters(['brand', ['Acme']], ['country', ['DE', 'FR']]))).toEqual({
    country: { in: ['DE', 'FR'] },
  });
});

test('none is a value like any other', () => {
  expect(whereOf(kind, filters(['country', [null]]))).toEqual({ country: { isNull: true } });
  expect(whereOf(kind, filters(['country', ['DE', null]]))).toEqual({
    or: [{ country: { in: ['DE'] } }, { country: { isNull: true } }],
  });
});

test('what the address says in text is told to the API in its own type', () => {
  expect(whereOf(kind, filters(['floor', ['3']]))).toEqual({ floor: { in: [3] } });
  expect(whereOf(kind, filters(['vip', ['true']]))).toEqual({ vip: { eq: true } });
});

test('filters and what a panel is about hold together', () => {
  const paid = { status: { eq: 'CAPTURED' } };
  expect(whereOf(kind, filters(['country', ['DE']]), paid)).toEqual({ and: [{ country: { in: ['DE'] } }, paid] });
});

test('every operation that a question is made into is one that the schema takes', () => {
  const question = {
    kind,
    range: { last: '5m' },
    every: '10s',
    by: ['category'],
    where: { country: { in: ['DE'] } },
    measures: ['count', 'revenue'],
    top: { n: 5, by: 'revenue', others: false },
    orderBy: { by: 'start', direction: 'ASC' as const },
    limit: 100,
    fill: 'ZERO' as const,
    exact: true,
    timeZone: 'UTC',
    convertTo: 'USD',
    throttle: '2s',
  };
  for (const { operation, variables } of [metricsQuery(question), metricsSubscription(question)]) {
    expect(validate(schema, parse(operation.text))).toEqual([]);
    expect(variables).toMatchObject({ by: ['CATEGORY'], top: { n: 5, by: 'REVENUE', others: false } });
  }
});
