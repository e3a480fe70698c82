import { dateTimeText } from '../model/values/date-time.ts';
import type { Run, RunStatus, Runs } from '../platform/runs.ts';

interface Tenant {
  readonly tenant: string;
}

/** `run` and `runs`: the caller's long work. */
export function runQueries(runs: Runs) {
  return {
    run: (_source: unknown, { id }: { readonly id: string }, { tenant }: Tenant) => shapeOrNull(runs.get(tenant, id)),
    runs: (_source: unknown, { status }: { readonly status?: RunStatus | null }, { tenant }: Tenant) =>
      runs.list(tenant, status ?? null).map(runShape),
  };
}

export function cancelRunResolver(runs: Runs) {
  return (_source: unknown, { id }: { readonly id: string }, { tenant }: Tenant) =>
    shapeOrNull(runs.cancel(tenant, id));
}

/** As GraphQL's `Run`. */
export function runShape({ tenant: _, startedAtMs, finishedAtMs, ...run }: Run) {
  return { ...run, startedAt: timeText(startedAtMs), finishedAt: timeText(finishedAtMs) };
}

function shapeOrNull(run: Run | null) {
  return run === null ? null : runShape(run);
}

function timeText(atMs: number | null): string | null {
  return atMs === null ? null : dateTimeText(BigInt(atMs) * 1000n);
}
