import { buildSchema, type DefinitionNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { OperationReads } from '../../../src/analytics/standing/operation-reads.ts';
import type { GatewayContext } from '../../../src/gateway/context.ts';
import { RecentResults } from '../../../src/gateway/live/recent-results.ts';
import { rendered } from '../../../src/gateway/live/rendered.ts';
import { SharedRenderings } from '../../../src/gateway/live/shared-renderings.ts';

const schema = buildSchema(`
  scalar Any
  type Query { one: Int }
  type Subscription { text(at: Any): String }
`);

test('bytes are shared while they are recent, and made anew after that: they do not live as long as the messages do', () => {
  const { open } = openRenderings();
  const { bytesOf } = open('subscription { text }');
  let made = 0;
  const messageOf = () => ({ text: () => `${++made} ${'x'.repeat(1024 * 1024)}` });
  const messages = Array.from({ length: 70 }, messageOf);
  for (const message of messages) bytesOf(message);
  expect(bytesOf(messages[69])).toBe(bytesOf(messages[69]));
  expect(bytesOf(messages[60])).toBe(bytesOf(messages[60]));
  expect(made).toBe(70);
  bytesOf(messages[0]);
  expect(made).toBe(71);
});

test('what is kept is bounded for all selections together, and the newest is kept whatever its size', () => {
  const recent = new RecentResults(100_000);
  const results = Array.from({ length: 1_000 }, (_, value) => recent.keep(rendered({ data: { value } })));
  expect(recent.bytes).toBeLessThanOrEqual(100_000);
  expect(results.filter(({ result }) => result !== null).length).toBeGreaterThan(100);
  const large = recent.keep(rendered({ data: { text: 'x'.repeat(200_000) } }));
  expect(large.result).not.toBeNull();
  expect(results.every(({ result }) => result === null)).toBe(true);
});

test('a rendering that fails later fails for those who asked for it, and nowhere else', async () => {
  const { open } = openRenderings();
  const { bytesOf } = open('subscription { text }');
  const message = { text: () => Promise.resolve('late') };
  const [first, second] = [bytesOf(message), bytesOf(message)];
  expect(first).toBe(second);
  expect(String((await first).json)).toBe('{"data":{"text":"late"}}');
  expect(bytesOf(message)).toBe(await first);
  const failing = { text: () => Promise.reject(new Error('away')) };
  const broken = openRenderings(fail).open('subscription { text }');
  await expect(broken.bytesOf(failing)).rejects.toThrow('cannot be shown');
});

test('readers whose variables differ share nothing, whatever the variables are named', () => {
  const renderings = openRenderings();
  const query = 'subscription ($__proto__: Any) { text(at: $__proto__) }';
  renderings.open(query, JSON.parse('{"__proto__": {"from": 1}}'));
  renderings.open(query, JSON.parse('{"__proto__": {"from": 2}}'));
  renderings.open(query, JSON.parse('{"__proto__": {"from": 2}}'));
  expect(renderings.size()).toBe(2);
});

function fail(): never {
  throw new Error('cannot be shown');
}

function openRenderings(formatError = (error: unknown) => ({ message: String(error) })) {
  const contextOf = (tenant: string): GatewayContext => ({
    tenant,
    bytes: null,
    signal: undefined,
    reads: new OperationReads(),
    loaders: { events: { load: async () => null } },
  });
  const renderings = new SharedRenderings({ schema, contextOf, formatError });
  return {
    size: () => renderings.size,
    open(query: string, variables: Record<string, unknown> = {}) {
      const document = parse(query);
      const operation = document.definitions.find(isOperation);
      if (operation === undefined) throw new Error('expected an operation');
      return renderings.open({ document, operation, tenant: 'default', variables });
    },
  };
}

function isOperation(definition: DefinitionNode): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}
