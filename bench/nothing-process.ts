import { makeExecutableSchema } from '@graphql-tools/schema';
import { OperationReads } from '../src/analytics/standing/operation-reads.ts';
import { openGateway } from '../src/gateway/gateway.ts';
import { keepRefusedRequests } from '../src/gateway/keep-refused-requests.ts';
import { reportCacheOutcomes } from '../src/gateway/report-cache-outcomes.ts';
import { loadDeclarations } from '../src/model/declare/load-declarations.ts';
import { readApiSdl, SAMPLE_KINDS_DIR } from '../src/model/declare/schema-files.ts';
import { servedTypeDefs } from '../src/model/graphql/served-schema.ts';
import { rootFieldsOf } from '../src/model/names.ts';
import { EMPTY_VERSION, encodeVersion } from '../src/model/version.ts';
import { createLogger } from '../src/platform/telemetry.ts';
import { scalars } from '../src/resolvers/scalars.ts';

/**
 * The same server, schema and doors as the product, but the mutation answers at once with a constant: what GraphQL over HTTP itself costs, and
 * so the most that a durable acknowledgement could reach.
 */
const model = loadDeclarations(SAMPLE_KINDS_DIR);
const logger = createLogger('error');
const nothing = (): Promise<never> => Promise.reject(new Error('this server does nothing'));
const constant = {
  admitted: 1,
  duplicates: 0,
  rejected: 0,
  pending: 0,
  version: encodeVersion(EMPTY_VERSION),
  visible: false,
  verdicts: [],
};

const gateway = await openGateway({
  host: '127.0.0.1',
  port: 0,
  model,
  logger,
  queries: [],
  exampleCommand: () => '',
  schema: makeExecutableSchema({
    typeDefs: servedTypeDefs(model, readApiSdl()),
    resolvers: {
      ...scalars,
      Mutation: Object.fromEntries(model.kinds.map((kind) => [rootFieldsOf(kind).ingest, () => constant])),
    },
  }),
  contextOf: (bytes) => ({
    tenant: 'default',
    bytes,
    loaders: { events: { load: nothing } },
    reads: new OperationReads(),
  }),
  plugins: [keepRefusedRequests(model, nothing, logger), reportCacheOutcomes],
  bulkDoor: { ingestBody: nothing },
  waitUntilVisible: nothing,
  metrics: { contentType: 'text/plain', text: async () => '' },
  health: {
    logHealth: () => ({ state: 'ok' }),
    warehouseState: () => ({ state: 'up', generation: 1 }),
    loaderProblem: () => null,
    admissionProblem: () => null,
    processorProblem: () => null,
    cacheProblem: () => null,
    stopping: () => false,
  },
});
process.once('disconnect', () => process.exit(0));
process.send?.({ type: 'ready', url: gateway.url, engine: null });
