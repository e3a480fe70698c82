import { makeExecutableSchema } from '@graphql-tools/schema';
import { type OperationDefinitionNode, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { countQuestions } from '../../src/gateway/limit-questions.ts';

const schema = makeExecutableSchema({
  typeDefs: `
    type Query { user: User  metrics: Metrics }
    type Mutation { send: User }
    type Subscription { watch: Metrics }
    type User { id: ID  plays: Metrics }
    type Metrics { count: Int  rows: [Metrics!] }
  `,
  resolvers: {
    Query: { user: () => ({}), metrics: () => ({}) },
    Mutation: { send: () => ({}) },
    User: { plays: () => ({}) },
  },
});

describe('what counts as a question of an operation', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['{ __typename __schema { types { name } } }', 0],
    ['{ metrics { count rows { count rows { count } } } }', 1],
    ['{ a: metrics { count } b: metrics { count } user { id } }', 3],
    ['{ user { a: plays { count } b: plays { count } } }', 3],
    ['mutation { a: send { id } b: send { plays { count } } }', 1],
    ['subscription { watch { count } }', 0],
    [
      '{ ... on Query { a: metrics { count } ...More } } fragment More on Query { ...One b: user { ...Two } } fragment One on Query { c: metrics { count } } fragment Two on User { plays { count } }',
      4,
    ],
  ];
  test.each(cases)('%s asks %i', (text, count) => expect(countOf(text)).toBe(count));

  test('fragments that multiply are counted without being walked through each time', () => {
    const doubling = Array.from(
      { length: 60 },
      (_, level) =>
        `fragment F${level} on User { ${level === 59 ? 'plays { count }' : `...F${level + 1} ...F${level + 1}`} }`,
    );
    expect(countOf(`{ user { ...F0 } } ${doubling.join(' ')}`)).toBe(1 + 2 ** 59);
  });
});

function countOf(text: string): number {
  const document = parse(text);
  if (document.definitions.length < 10) expect(validate(schema, document)).toEqual([]);
  return countQuestions(schema, document, document.definitions[0] as OperationDefinitionNode);
}
