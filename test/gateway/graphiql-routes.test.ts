import { expect, test } from 'vitest';
import { addGraphiqlRoutes, readAssets } from '../../src/gateway/graphiql/graphiql-routes.ts';
import { createHttpServer } from '../../src/gateway/http-server.ts';
import { createLogger } from '../../src/platform/telemetry.ts';

test('files of GraphiQL that could not be read are read again for who asks next, and then no more', async () => {
  let reads = 0;
  const server = createHttpServer(createLogger('silent'));
  addGraphiqlRoutes(server, async () => {
    if (++reads === 1) throw new Error('no file is left to be opened');
    return readAssets();
  });
  const statuses: number[] = [];
  for (let time = 0; time < 3; time++) statuses.push((await server.inject('/graphiql/start.js')).statusCode);
  await server.close();
  expect([statuses, reads]).toEqual([[500, 200, 200], 2]);
});
