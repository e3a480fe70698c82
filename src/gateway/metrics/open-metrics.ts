import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from '../../platform/telemetry.ts';
import { type JudgedCounts, showAdmission } from './admission-figures.ts';
import { type CacheSources, showCache } from './cache-figures.ts';
import { type ShownJob, showJobs } from './job-figures.ts';
import { type LagSources, pollLag } from './lag-figures.ts';
import { type LedgerSums, pollLedger } from './ledger-figures.ts';
import type { MetricsText } from './metrics-route.ts';
import { type StateSources, showState } from './state-figures.ts';

/** Figures for an operator, in Prometheus' text format. No label names a user, a tenant or an id: their number would have no bound. */
export interface Metrics extends MetricsText {
  /** For parts that count by themselves. */
  readonly registry: Registry;
  stop(): Promise<void>;
}

export interface MetricsSources extends StateSources {
  readonly lag: LagSources['lag'];
  /** Null in a process that is no member of admission. */
  readonly judged: (() => JudgedCounts) | null;
  /** The jobs of this process; null in one that runs none. */
  readonly jobs: (() => readonly ShownJob[]) | null;
  /** Gaps and duplicates over all kinds. Null in a process that has no warehouse. */
  readonly ledger: (() => Promise<LedgerSums>) | null;
  /** Null in a process that answers no questions. */
  readonly cache: CacheSources | null;
}

export function openMetrics(sources: MetricsSources, logger: Logger): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  showState(registry, sources);
  if (sources.judged !== null) showAdmission(registry, sources.judged);
  if (sources.jobs !== null) showJobs(registry, sources.jobs);
  if (sources.cache !== null) showCache(registry, sources.cache);
  const onError = (error: unknown) => logger.debug({ err: error }, 'figures could not be read; they are tried again');
  const polls = [pollLag(registry, { lag: sources.lag, onError })];
  if (sources.ledger !== null) polls.push(pollLedger(registry, { ledger: sources.ledger, onError }));
  return {
    registry,
    contentType: registry.contentType,
    text: () => registry.metrics(),
    async stop() {
      await Promise.all(polls.map((poll) => poll.stop()));
      registry.clear();
    },
  };
}
