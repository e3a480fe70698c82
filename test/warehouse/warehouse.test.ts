import { createWarehouse } from '../../src/warehouse/clickhouse-client.ts';
import { openServerEndpoint } from '../../src/warehouse/server-endpoint.ts';
import { warehouseContract } from '../contracts/warehouse-contract.ts';
import { startTestWarehouse } from '../support/warehouse.ts';

warehouseContract('the embedded engine', () => startTestWarehouse());

// There is no ClickHouse server here. The engine's door speaks its protocol, so it stands in for one as far as the client is concerned.
warehouseContract('a server', async () => {
  const { engine, stop } = await startTestWarehouse();
  const up = engine.state();
  if (up.state !== 'up') throw new Error('expected the engine to be up');
  const url = new URL(up.url);
  url.username = up.credentials.load.username;
  url.password = up.credentials.load.password;
  const warehouse = createWarehouse({ endpoint: openServerEndpoint({ url: url.href }) });
  return {
    warehouse,
    stop: async () => {
      await warehouse.close();
      await stop();
    },
  };
});
