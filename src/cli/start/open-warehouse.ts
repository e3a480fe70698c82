import type { Config } from '../../platform/config.ts';
import { createWarehouse } from '../../warehouse/clickhouse-client.ts';
import {
  type SupervisedEngine,
  type SupervisedEngineOptions,
  startSupervisedEngine,
} from '../../warehouse/engine/supervised-engine.ts';
import { openServerEndpoint } from '../../warehouse/server-endpoint.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { StartContext } from './pipeline.ts';

interface OpenedWarehouse {
  readonly warehouse: Warehouse;
  /** Null where the engine is not this process's own. */
  readonly engine: SupervisedEngine | null;
}

/** A ClickHouse server where there is one, else an engine of our own. Comes back at once: whoever asks first waits until it is up. */
export function openWarehouse(context: StartContext): Promise<OpenedWarehouse> {
  return context.lifecycle.start(
    'warehouse',
    () => opened(context),
    ({ warehouse }) => warehouse.close(),
  );
}

function opened({ config, dataDir, logger }: StartContext): OpenedWarehouse {
  const { url } = config.clickhouse;
  if (url !== null) return { warehouse: createWarehouse({ endpoint: openServerEndpoint({ url }) }), engine: null };
  const engine = startSupervisedEngine({ dataDir, logger, kafka: kafkaOf(config) });
  return { warehouse: createWarehouse({ endpoint: engine }), engine };
}

function kafkaOf({ kafka, clickhouse }: Config): NonNullable<SupervisedEngineOptions['kafka']> | null {
  return kafka === null ? null : { keeper: clickhouse.keeper, caFile: kafka.tls?.caFile ?? null };
}
