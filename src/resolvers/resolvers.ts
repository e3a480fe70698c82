import type { GraphQLFieldResolver, GraphQLScalarType } from 'graphql';
import type { EventModel } from '../model/event-model.ts';
import { rootFieldsOf } from '../model/names.ts';
import type { PartitionLag } from '../warehouse/lag.ts';
import type { TraceSources } from '../warehouse/trace.ts';
import type { AskContext } from './ask-context.ts';
import {
  type CacheServices,
  cacheResolver,
  invalidateCacheResolver,
  refreshCacheResolver,
  storedValueResolver,
  storeValueResolver,
} from './cache.ts';
import { type IngestServices, ingestResolver } from './ingest.ts';
import { type BacktestServices, backtestResolver, runBacktestResolver } from './jobs/backtests.ts';
import { type JobServices, jobMutations, jobQueries, jobResultsResolver } from './jobs/jobs.ts';
import { kindInfos, type TableRows } from './kinds.ts';
import { lagResolver } from './lag.ts';
import { type LedgerServices, ledgerResolver } from './ledger.ts';
import { type LiveServices, liveResolvers, type SubscriptionField } from './live/live-resolvers.ts';
import { pipelineResolver } from './live/pipeline.ts';
import type { AskSources } from './metrics.ts';
import { panelResolvers } from './panels/panel-resolvers.ts';
import { questionResolvers } from './question-resolvers.ts';
import { recorded, sayingUnrecorded } from './recorded.ts';
import { type RejectedServices, rejectedResolver } from './rejected.ts';
import { cancelRunResolver, runQueries } from './runs.ts';
import { scalars } from './scalars.ts';
import { setRatesResolver } from './set-rates.ts';
import { streamResolvers } from './streams/stream-resolvers.ts';
import { traceResolver } from './trace.ts';

/** Everything that resolvers call. Each takes the part of it that it needs. */
export interface ResolverServices
  extends IngestServices,
    AskSources,
    Omit<RejectedServices, 'log'>,
    Omit<LedgerServices, 'log'>,
    TraceSources,
    CacheServices,
    JobServices,
    LiveServices,
    Omit<BacktestServices, 'jobs' | 'clock'> {
  readonly readTableRows: () => Promise<TableRows>;
  readonly readLag: () => Promise<readonly PartitionLag[]>;
}

type Resolver = GraphQLFieldResolver<unknown, AskContext>;

export interface Resolvers {
  readonly [typeName: string]: Readonly<Record<string, Resolver | SubscriptionField>> | GraphQLScalarType;
}

/** The resolvers of the served schema: those of every declared kind, and the product's own. What is missing here is a plain property. */
export function makeResolvers(model: EventModel, services: ResolverServices): Resolvers {
  const panels = panelResolvers(model, services);
  const streams = streamResolvers(model, services);
  const types: Readonly<Record<string, Readonly<Record<string, Resolver>>>> = {
    Alert: streams.Alert,
    Job: { results: jobResultsResolver(services) as Resolver },
    ...panels,
    User: { ...panels.User, ...streams.User },
    Query: {
      ...questionResolvers(model, services),
      ...panels.Query,
      ...streams.Query,
      ledger: ledgerResolver(model, services) as Resolver,
      lag: lagResolver(services.readLag) as Resolver,
      trace: traceResolver(model, services) as Resolver,
      rejected: rejectedResolver(model, services) as Resolver,
      ...recorded({ kinds: () => kindInfos(model, services.readTableRows) }),
      ...(jobQueries(services) as Readonly<Record<string, Resolver>>),
      backtest: backtestResolver(services) as Resolver,
      ...(runQueries(services.runs) as Readonly<Record<string, Resolver>>),
      cache: cacheResolver(model, services) as Resolver,
      storedValue: storedValueResolver(services) as Resolver,
      pipeline: pipelineResolver(model, services) as Resolver,
    },
  };
  return {
    ...scalars,
    ...Object.fromEntries(Object.entries(types).map(([type, fields]) => [type, sayingUnrecorded(fields)])),
    Mutation: {
      ...Object.fromEntries(
        model.kinds.map((kind) => [rootFieldsOf(kind).ingest, ingestResolver(kind, services) as Resolver]),
      ),
      setRates: setRatesResolver(services) as Resolver,
      ...streams.Mutation,
      ...(jobMutations(model, services) as Readonly<Record<string, Resolver>>),
      runBacktest: runBacktestResolver(model, services) as Resolver,
      invalidateCache: invalidateCacheResolver(model, services) as Resolver,
      refreshCache: refreshCacheResolver(model, services) as Resolver,
      storeValue: storeValueResolver(services) as Resolver,
      cancelRun: cancelRunResolver(services.runs) as Resolver,
    },
    Subscription: liveResolvers(model, services),
  };
}
