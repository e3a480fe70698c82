import type { Alert } from '../../analytics/streams/answer-alerts.ts';
import { resolveRange, type TimeRangeInput } from '../../analytics/time/resolve-range.ts';
import type { EventModel } from '../../model/event-model.ts';
import type { Backtest, Backtests, RaisedAlert } from '../../model/jobs/backtests.ts';
import type { JobDesk, SpecFault } from '../../model/jobs/job-desk.ts';
import { dateTimeText } from '../../model/values/date-time.ts';
import type { Clock } from '../../platform/clock.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { AskContext } from '../ask-context.ts';
import { runShape } from '../runs.ts';
import { checkJobInput } from './check-job-input.ts';
import type { JobInput } from './read-job-spec.ts';

export interface BacktestServices {
  readonly backtests: Backtests;
  readonly jobs: JobDesk;
  readonly clock: Clock;
}

type Tenant = Pick<AskContext, 'tenant'>;

/** `runBacktest(job, range)`: begins, and answers with the run to look at. */
export function runBacktestResolver(model: EventModel, { backtests, jobs, clock }: BacktestServices) {
  return (_parent: unknown, { job, range }: { job: JobInput; range: TimeRangeInput }, { tenant }: Tenant) => {
    const { spec, faults } = checkJobInput(model, jobs, { tenant, input: job });
    if (spec === null || faults.length > 0) throw badJob(faults);
    if (spec.shape.kind !== 'pattern') {
      throw badJob([
        { field: ['window'], message: 'expected a pattern: windows raise no alerts that could be compared' },
      ]);
    }
    const resolved = resolveRange({ range, every: null, timeZone: 'UTC', nowMs: clock.nowMs() });
    const started = backtests.start(tenant, spec, resolved);
    if (started !== null) return backtestShape(started);
    const message = 'Too many runs are waiting: look at `runs`, and cancel those that nobody needs.';
    throw new LakegateError({ code: 'OVERLOADED', message, retryAfterMs: RETRY_MS });
  };
}

/** `backtest(id)`, by the id of its run. */
export function backtestResolver({ backtests }: BacktestServices) {
  return (_parent: unknown, { id }: { id: string }, { tenant }: Tenant) => {
    const found = backtests.find(tenant, id);
    return found === null ? null : backtestShape(found);
  };
}

/** A run over a million events takes some seconds. */
const RETRY_MS = 10_000;

function badJob(faults: readonly SpecFault[]): LakegateError {
  const told = faults.map(({ field, message }) => `job.${field.join('.')}: ${message}`);
  return new LakegateError({ code: 'BAD_JOB', message: told.join('\n') });
}

function backtestShape({ run, outcome }: Backtest) {
  return {
    run: runShape(run),
    alerts: outcome?.alerts ?? 0,
    onlyHere: (outcome?.onlyHere ?? []).map(alertShape),
    onlyHereCount: outcome?.onlyHereCount ?? 0,
    onlyLive: (outcome?.onlyLive ?? []).map(alertShape),
    onlyLiveCount: outcome?.onlyLiveCount ?? 0,
  };
}

/** As `alerts` shows one. What was never raised has no moment in which it was: it is shown with that of the match. */
function alertShape({ alert, job, jobVersion, key, shadow }: RaisedAlert): Alert {
  const matchedAt = dateTimeText(BigInt(alert.matchedAtUs));
  return {
    id: alert.id,
    rule: job,
    ruleVersion: jobVersion,
    key,
    reason: alert.reason,
    matchedAt,
    raisedAt: matchedAt,
    events: alert.events.map(({ offset, timeUs, members, ...event }) => ({
      ...event,
      offset: offset.toString(),
      timeUs: String(timeUs),
      members: JSON.stringify(members),
    })),
    shadow,
    status: 'OPEN',
    acknowledgedAt: null,
    acknowledgedBy: null,
    note: null,
  };
}
