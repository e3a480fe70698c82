import type { FastifyInstance } from 'fastify';
import type { LogHealth } from '../log/log.ts';
import type { WarehouseState } from '../warehouse/warehouse.ts';

/** What readiness is judged by. */
export interface HealthSources {
  readonly logHealth: () => LogHealth;
  /** Null in a process that has no use for it. */
  readonly warehouseState: (() => WarehouseState) | null;
  /** Null while loading goes well, or is not done here. */
  readonly loaderProblem: () => string | null;
  /** Null while judging goes well, or is done elsewhere. */
  readonly admissionProblem: () => string | null;
  /** Null while jobs go well, or run elsewhere. */
  readonly processorProblem: () => string | null;
  /** Null while the store of the cache answers. Without it answers are slower, and the same. */
  readonly cacheProblem: () => string | null;
  readonly stopping: () => boolean;
}

/**
 * `/healthz`: 200 as long as the process answers, whatever else is away, or a full disk would get it restarted, which helps nobody.
 * `/readyz`: red (503) when what it is there for, taking events, does not work: the log is read-only (the disk is full, Kafka is away), or
 * we are stopping. The warehouse being away is a warning, not red: events are still taken and kept, and loading catches up.
 * Both say the same of each part.
 */
export function addHealthRoutes(server: FastifyInstance, sources: HealthSources): void {
  server.get('/healthz', async () => ({ status: 'ok', checks: readiness(sources).checks }));
  server.get('/readyz', async (_request, reply) => {
    const report = readiness(sources);
    if (report.status === 'error') reply.code(503).header('Retry-After', '1');
    return report;
  });
}

type Status = 'ok' | 'warn' | 'error';

interface Check {
  readonly status: Status;
  readonly reason?: string;
}

interface Readiness {
  readonly status: Status;
  readonly checks: Readonly<
    Partial<Record<'log' | 'warehouse' | 'loader' | 'admission' | 'processor' | 'cache' | 'process', Check>>
  >;
}

export function readiness(sources: HealthSources): Readiness {
  const checks = {
    log: logCheck(sources.logHealth()),
    ...(sources.warehouseState === null ? {} : { warehouse: warehouseCheck(sources.warehouseState()) }),
    loader: checkOf('warn', sources.loaderProblem()),
    admission: checkOf('warn', sources.admissionProblem()),
    processor: checkOf('warn', sources.processorProblem()),
    cache: checkOf('warn', sources.cacheProblem()),
    process: checkOf('error', sources.stopping() ? 'stopping' : null),
  };
  const found = Object.values(checks).map((check) => check.status);
  const status = found.includes('error') ? 'error' : found.includes('warn') ? 'warn' : 'ok';
  return { status, checks };
}

function logCheck(health: LogHealth): Check {
  return checkOf('error', health.state === 'ok' ? null : `read-only: ${health.reason}`);
}

function warehouseCheck(state: WarehouseState): Check {
  return checkOf('warn', state.state === 'up' ? null : state.state === 'down' ? `down: ${state.reason}` : state.state);
}

function checkOf(bad: Status, reason: string | null): Check {
  return reason === null ? { status: 'ok' } : { status: bad, reason };
}
