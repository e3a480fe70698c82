import type { WarehouseEndpoint } from '../../src/warehouse/warehouse-endpoint.ts';
import { startTestWarehouse } from './warehouse.ts';

/** What the product runs on, for suites that hold on all of it. */
export interface Backend {
  readonly name: string;
  /** For one product of its own. */
  open(): Promise<OpenedBackend>;
}

export interface OpenedBackend {
  /** The settings that choose it. */
  readonly env: Readonly<Record<string, string>>;
  /** After the product has stopped. */
  close(): Promise<void>;
}

export const EMBEDDED: Backend = {
  name: 'the log on disk and the engine of the product',
  open: async () => ({ env: {}, close: async () => {} }),
};

/** The engine's inner door speaks ClickHouse's interface, so that it can stand for a server. */
export const CLICKHOUSE_SERVER: Backend = {
  name: 'the log on disk and a ClickHouse server',
  async open() {
    const { engine, stop } = await startTestWarehouse();
    return { env: { LAKEGATE_CLICKHOUSE_URL: serverUrl(engine) }, close: stop };
  },
};

/** Of this process, so that no two of its products share a topic without being told to. */
let opened = 0;

/** Each product has the topics under a prefix of its own. */
export function onKafka(brokers: () => string): Backend {
  return {
    name: 'Kafka and the engine of the product',
    async open() {
      const prefix = `product-${process.pid}-${++opened}.`;
      const kafka = { LAKEGATE_KAFKA_BROKERS: brokers(), LAKEGATE_KAFKA_PREFIX: prefix };
      // What these suites expect is what becomes of an event, however long a busy machine takes to judge it.
      return { env: { ...kafka, LAKEGATE_VERDICT_DEADLINE: '25s' }, close: async () => {} };
    },
  };
}

/** As LAKEGATE_CLICKHOUSE_URL takes it. Of an engine that is up. */
export function serverUrl(endpoint: WarehouseEndpoint): string {
  const state = endpoint.state();
  if (state.state !== 'up') throw new Error(`expected an engine that is up, got ${state.state}`);
  const url = new URL(state.url);
  url.username = state.credentials.load.username;
  url.password = state.credentials.load.password;
  return url.href;
}
