import { systemClock } from '../../platform/clock.ts';
import { builtInJobs } from '../../processor/jobs/index.ts';
import { type JobRunner, type JobRunnerOptions, openJobRunner } from '../../processor/runtime/job-runner.ts';
import type { StartContext } from './pipeline.ts';

/** Jobs in this process, on whichever log: those that come with the product are started, where the kinds they read are declared. */
export async function startProcessor(
  { lifecycle, config, logger, model }: StartContext,
  parts: Pick<JobRunnerOptions, 'log' | 'work' | 'makeChangelog' | 'makeTopic' | 'floorMs'>,
): Promise<JobRunner> {
  const runner = await lifecycle.start(
    'processor',
    () => openJobRunner({ ...parts, kinds: model.kinds, clock: systemClock, logger }),
    (each) => each.stop(config.stopDeadlineMs / 2),
  );
  for (const job of builtInJobs(model)) await runner.start(job);
  return runner;
}

/** A job that failed stays a problem until somebody replaces or cancels it. */
export function processorProblem(runner: Pick<JobRunner, 'statuses'>): string | null {
  const failing = runner.statuses().find(({ error }) => error !== null);
  return failing === undefined ? null : `job ${failing.name}: ${failing.error}`;
}
