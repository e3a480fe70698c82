import type { EventModel } from '../../model/event-model.ts';
import type { Backtest, BacktestOutcome, Backtests } from '../../model/jobs/backtests.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Run, Runs } from '../../platform/runs.ts';
import { compileSubmittedJob } from '../compile-submitted-job.ts';
import { type BacktestOptions, backtest } from './backtest.ts';

export interface BacktestsOptions extends Pick<BacktestOptions, 'log' | 'floorMs' | 'clock'> {
  readonly model: EventModel;
  readonly runs: Runs;
}

/** Backtests are runs of this process; what they found is remembered as long as the run is. */
export function openBacktests({ model, runs, ...sources }: BacktestsOptions): Backtests {
  const outcomes = new Map<string, BacktestOutcome>();
  const entry = (run: Run): Backtest => ({ run, outcome: outcomes.get(run.id) ?? null });
  return {
    start(tenant, spec, range) {
      const job = { ...compileSubmittedJob({ spec, version: 1, incarnation: 1 }, model), mode: 'SHADOW' as const };
      const kind = model.kinds.find(({ plural }) => plural === spec.source.topic);
      if (kind === undefined)
        throw new LakegateError({ code: 'UNKNOWN_KIND', message: `${spec.source.topic} is no kind` });
      const run = runs.start(tenant, TYPE, async (tell, signal) => {
        const outcome = await backtest({ ...sources, job, kind, tenant, range, tell, signal });
        tell({ differences: outcome.onlyHereCount + outcome.onlyLiveCount });
        if (run !== null) keep(outcomes, run.id, outcome);
      });
      return run === null ? null : entry(run);
    },
    find(tenant, id) {
      const run = runs.get(tenant, id);
      return run === null || run.type !== TYPE ? null : entry(run);
    },
  };
}

const TYPE = 'backtest';

/** Whoever looks at more than these has written the others down. */
const OUTCOMES_MAX = 50;

function keep(outcomes: Map<string, BacktestOutcome>, id: string, outcome: BacktestOutcome): void {
  outcomes.set(id, outcome);
  for (const oldest of outcomes.keys()) {
    if (outcomes.size <= OUTCOMES_MAX) return;
    outcomes.delete(oldest);
  }
}
