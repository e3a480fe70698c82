import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createWarehouse } from '../../src/warehouse/clickhouse-client.ts';
import {
  type SupervisedEngine,
  type SupervisedEngineOptions,
  startSupervisedEngine,
} from '../../src/warehouse/engine/supervised-engine.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { untilUp } from '../../src/warehouse/warehouse-endpoint.ts';

/** A warehouse on an engine of its own, in a directory of its own. Nothing is in it, the database neither. */
export async function startTestWarehouse(options: TestWarehouseOptions = {}): Promise<TestWarehouse> {
  const { patienceMs = 30_000, dir: given, ...engineOptions } = options;
  const dir = given ?? (await mkdtemp(join(tmpdir(), 'lakegate-warehouse-')));
  const engine = startSupervisedEngine({ dataDir: dir, logger: pino({ level: 'silent' }), ...engineOptions });
  const warehouse = createWarehouse({ endpoint: engine, patienceMs });
  if ((await untilUp(engine, 0, 120_000)) === null) throw new Error('expected the engine to start within 120 s');
  return {
    warehouse,
    engine,
    dir,
    stop: async () => {
      await warehouse.close();
      if (given === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
}

export interface TestWarehouseOptions extends Partial<SupervisedEngineOptions> {
  /** An existing directory is kept when the warehouse stops. */
  readonly dir?: string;
  readonly patienceMs?: number;
}

export interface TestWarehouse {
  readonly warehouse: Warehouse;
  /** `engine.pid` is what a test kills. */
  readonly engine: SupervisedEngine;
  readonly dir: string;
  stop(): Promise<void>;
}
