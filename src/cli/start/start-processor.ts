import { systemClock } from '../../platform/clock.ts';
import { builtInJobs } from '../../processor/jobs/index.ts';
import { loadJobFiles } from '../../processor/load-job-files.ts';
import { type JobRunner, type JobRunnerOptions, openJobRunner } from '../../processor/runtime/job-runner.ts';
import { openWebhooks, type Webhooks } from '../../processor/sinks/open-webhooks.ts';
import { webhookRules } from '../../processor/sinks/webhook-rules.ts';
import type { StartContext } from './pipeline.ts';

/** What this process runs of jobs. */
export interface Processor {
  readonly runner: JobRunner;
  readonly webhooks: Webhooks;
}

/**
 * Jobs in this process, on whichever log: those that come with the product are started, where the kinds they read are
 * declared, and those of a folder of the user's. A mistake in one of these stops the start.
 */
export async function startProcessor(
  { lifecycle, config, logger, model }: StartContext,
  parts: Pick<JobRunnerOptions, 'log' | 'work' | 'makeChangelog' | 'makeTopic' | 'floorMs'>,
): Promise<Processor> {
  const ownJobs = config.jobsDir === null ? [] : await loadJobFiles(config.jobsDir, model);
  const runner = await lifecycle.start(
    'processor',
    () => openJobRunner({ ...parts, kinds: model.kinds, clock: systemClock, logger }),
    (each) => each.stop(config.stopDeadlineMs / 2),
  );
  await Promise.all([...builtInJobs(model), ...ownJobs].map((job) => runner.start(job)));
  const { work, makeChangelog } = parts;
  const rules = webhookRules(config.webhooks);
  const { partitions } = config;
  return { runner, webhooks: openWebhooks({ work, makeChangelog, partitions, rules, clock: systemClock }) };
}

/** A job that failed stays a problem until somebody replaces or cancels it. */
export function processorProblem({ runner }: Processor): string | null {
  const failing = runner.statuses().find(({ error }) => error !== null);
  return failing === undefined ? null : `job ${failing.name}: ${failing.error}`;
}
