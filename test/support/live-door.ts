import type { AddressInfo } from 'node:net';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import type { GatewayContext } from '../../src/gateway/context.ts';
import { addGraphqlDoor } from '../../src/gateway/graphql-door.ts';
import { createHttpServer } from '../../src/gateway/http-server.ts';
import { handOverSubscriptions } from '../../src/gateway/live/hand-over-subscriptions.ts';
import { openLiveDoors } from '../../src/gateway/live/live-doors.ts';
import { LiveTraffic } from '../../src/gateway/live/live-traffic.ts';
import { type Place, readPlace, Waiting } from '../../src/live/place.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import { createLogger } from '../../src/platform/telemetry.ts';

/** A number that changes: whoever reads it gets the newest it has not had, as live questions do. */
export class LiveNumber {
  readonly #waiting = new Waiting();
  readonly #padding: string;
  #update: { readonly value: number; readonly padding: string; readonly cursor: string };
  /** What readers said that they have. */
  readonly afters: (string | null)[] = [];
  readers = 0;

  constructor(padding: string) {
    this.#padding = padding;
    this.#update = { value: 0, padding, cursor: 'at-0' };
  }

  set(value: number): void {
    this.#update = { value, padding: this.#padding, cursor: `at-${value}` };
    this.#waiting.wakeAll();
  }

  read(after: string | null = null): AsyncIterableIterator<object> {
    let last: object | null = after === this.#update.cursor ? this.#update : null;
    this.afters.push(after);
    this.readers++;
    const place: Place<object> = {
      take: () => {
        if (last === this.#update) return null;
        last = this.#update;
        return last;
      },
      wait: (wake) => this.#waiting.wait(wake),
      leave: () => {
        this.readers--;
      },
    };
    return readPlace(place);
  }
}

/** The live doors over a schema of their own, and what happened behind them. */
export interface TestLiveDoor {
  readonly url: string;
  readonly number: LiveNumber;
  readonly traffic: LiveTraffic;
  /** How often a field of an update was resolved. */
  readonly resolved: () => number;
  readonly logged: () => string;
  readonly schema: ReturnType<typeof makeExecutableSchema>;
  /** As long as this is pending, the mutation `slow` is not answered. */
  hold: Promise<void>;
  close(graceMs?: number): Promise<void>;
}

const TYPES = `
  scalar Cursor
  type Query { one: Int!  bug: Int  full: Int  sum(numbers: [Float!]!): Float }
  type Mutation { add(value: Int!): Int!  slow: Int! }
  type Subscription {
    number(after: Cursor, from: Int, at: Cursor): Number!
    refused: Number!
    bug: Number!
    failing: Number!
    masked: Masked
  }
  type Number { value: Int!  padding: String!  tenant: String!  cursor: Cursor! }
  type Masked { value: Int  bug: Int }
`;

export async function openTestLiveDoor(
  options: {
    padding?: string;
    connectionsMax?: number;
    initMs?: number;
    heldCharsMax?: number;
    tenantOf?: () => string;
  } = {},
): Promise<TestLiveDoor> {
  const number = new LiveNumber(options.padding ?? 'x');
  const traffic = new LiveTraffic();
  const lines: string[] = [];
  const logger = createLogger('debug', { write: (line: string) => void lines.push(line) });
  const counted = { resolved: 0 };
  const held = { until: Promise.resolve() };
  const schema = makeExecutableSchema<GatewayContext>({
    typeDefs: TYPES,
    resolvers: {
      Query: {
        one: () => 1,
        bug,
        full: refuse,
        sum: (_root, { numbers }: { numbers: number[] }) => numbers.reduce((a, b) => a + b, 0),
      },
      Mutation: {
        add: (_root, { value }: { value: number }) => value,
        slow: async () => {
          await held.until;
          return 1;
        },
      },
      Subscription: {
        number: {
          subscribe: (_root, { after }: { after?: string | null }) => number.read(after ?? null),
          resolve: (update: object) => update,
        },
        refused: { subscribe: refuse },
        bug: { subscribe: bug },
        failing: { subscribe: failing, resolve: (update: object) => update },
        masked: { subscribe: () => number.read(), resolve: (update: object) => update },
      },
      Number: {
        value: ({ value }: { value: number }) => {
          counted.resolved++;
          return value;
        },
        tenant: (_update, _arguments, { tenant }) => tenant,
      },
      Masked: { bug },
    },
  });
  const contextOf = (bytes: Uint8Array | null, signal?: AbortSignal, tenant = options.tenantOf?.() ?? 'default') => ({
    tenant,
    bytes,
    signal,
    reads: new OperationReads(),
    loaders: { events: { load: async () => null } },
  });
  const server = createHttpServer(logger);
  const handOver = handOverSubscriptions();
  const apollo = await addGraphqlDoor(server, { schema, logger, contextOf, page: '', plugins: [handOver.plugin] });
  const { padding: _padding, tenantOf: _tenantOf, ...bounds } = options;
  const listening = { host: '127.0.0.1', port: 0 };
  const live = await openLiveDoors(server, {
    ...listening,
    schema,
    logger,
    contextOf,
    apollo,
    handOver,
    traffic,
    ...bounds,
  });
  await server.listen(listening);
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `127.0.0.1:${port}`,
    number,
    traffic,
    schema,
    resolved: () => counted.resolved,
    logged: () => lines.join(''),
    set hold(until: Promise<void>) {
      held.until = until;
    },
    async close(graceMs = 1_000) {
      await live.close(graceMs);
      // Clients open connections in advance, and a server waits for their first request.
      server.server.closeAllConnections();
      await server.close();
      await apollo.stop();
    },
  };
}

function bug(): never {
  throw new Error('SELECT secret FROM /var/lib/passwords');
}

function refuse(): never {
  throw new LakegateError({ code: 'CURSOR_EXPIRED', message: 'start again without a cursor', facts: { path: '/x' } });
}

async function* failing(): AsyncGenerator<object> {
  yield { value: 1, padding: '' };
  throw new LakegateError({ code: 'WAREHOUSE_DOWN', message: 'no answer from the warehouse', retryAfterMs: 500 });
}
