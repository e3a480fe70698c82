const { ApolloServer } = require('@apollo/server');
const { defineIntegrationTestSuite } = require('@apollo/server-integration-testsuite');
const { routeGraphql } = require('../../src/gateway/graphql-door.ts');
const { createHttpServer } = require('../../src/gateway/http-server.ts');
const { createLogger } = require('../../src/platform/telemetry.ts');

/** Each test brings an Apollo Server with the options it is about; what stands before it is the gateway's. It asks at the root. */
defineIntegrationTestSuite(async (config, options) => {
  const apollo = new ApolloServer(config);
  await apollo.start();
  const server = createHttpServer(createLogger('silent'));
  await routeGraphql(server, apollo, { contextOf: options?.context ?? (async () => ({})), page: '' });
  server.server.prependListener('request', (request) => {
    request.url = request.url.replace(/^\//, '/graphql');
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { server: apollo, url, extraCleanup: () => server.close() };
});
