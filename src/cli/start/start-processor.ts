import { availableParallelism } from 'node:os';
import { webhookTotals } from '../../model/jobs/webhook-figures.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import type { Job } from '../../processor/job.ts';
import { builtInJobs } from '../../processor/jobs/index.ts';
import { loadJobFiles } from '../../processor/load-job-files.ts';
import { type JobRunner, type JobRunnerOptions, openJobRunner } from '../../processor/runtime/job-runner.ts';
import { openWebhooks, type Webhooks } from '../../processor/sinks/open-webhooks.ts';
import { webhookRules } from '../../processor/sinks/webhook-rules.ts';
import { type JobThreadsOptions, openJobThreads } from '../../processor/threads/job-threads.ts';
import { ThreadGone } from '../../processor/threads/running-thread.ts';
import type { StartContext } from './pipeline.ts';

/** What this process runs of jobs. */
export interface Processor {
  readonly runner: JobRunner;
  readonly webhooks: Webhooks;
}

/** What jobs stand on, on whichever log, here and in threads of their own. */
type ProcessorParts = Pick<JobRunnerOptions, 'log' | 'work' | 'makeChangelog' | 'makeTopic'> &
  Pick<JobThreadsOptions, 'openLog' | 'floorOf' | 'endOf'>;

/**
 * Jobs in this process, on whichever log: those that come with the product are started, where the kinds they read are
 * declared, and those of a folder of the user's. A mistake in one of these stops the start. Threads come up when the doors are open: until then
 * their jobs say that they are starting.
 */
export async function startProcessor(context: StartContext, parts: ProcessorParts): Promise<Processor> {
  const { lifecycle, config, logger, model, doorsOpen } = context;
  const ownJobs = config.jobsDir === null ? [] : await loadJobFiles(config.jobsDir, model);
  const threads = threadsOf(config);
  const runner = await lifecycle.start(
    'processor',
    () =>
      threads === 0
        ? openHere(context, parts)
        : openJobThreads({ ...parts, ...config, threads, logger, begins: doorsOpen }),
    (each) => each.stop(config.stopDeadlineMs / 2),
  );
  const jobs = [...builtInJobs(model), ...ownJobs];
  if (threads === 0) await Promise.all(jobs.map((job) => runner.start(job)));
  else for (const job of jobs) void startOnThreads(context, runner, job);
  const { work, makeChangelog } = parts;
  const rules = webhookRules(config.webhooks);
  const { partitions, webhooks } = config;
  const { retryForMs } = webhooks;
  const sending = { work, makeChangelog, partitions, rules, retryForMs, clock: systemClock, logger };
  return { runner, webhooks: openWebhooks(sending) };
}

function openHere({ model, logger }: StartContext, parts: ProcessorParts): JobRunner {
  const floorMs = (topic: string, partition: number, next: bigint): number | null => {
    const floor = parts.floorOf(topic, partition);
    return floor === null || floor.next > next ? null : floor.floorMs;
  };
  return openJobRunner({ ...parts, floorMs, kinds: model.kinds, clock: systemClock, logger });
}

/** What keeps it from starting is told by its status too. A thread that ends meanwhile is told again what it is to run, or is not to come back. */
async function startOnThreads({ logger }: StartContext, runner: JobRunner, job: Job): Promise<void> {
  try {
    await runner.start(job);
  } catch (error) {
    if (!(error instanceof ThreadGone)) logger.warn({ err: error, job: job.name }, 'a job could not be started');
  }
}

/** As much as one writer of a log can follow: it takes a fifth of a core for two of them. */
const THREADS_MAX = 4;

export function threadsOf({ processorThreads, partitions }: Pick<Config, 'processorThreads' | 'partitions'>): number {
  if (processorThreads !== 'auto') return processorThreads;
  return Math.min(availableParallelism(), partitions, THREADS_MAX);
}

/** What each job has done here, what it sent to its webhook too. */
export function shownJobs({ runner, webhooks }: Processor) {
  return runner.statuses().map((job) => ({ ...job, webhook: webhookTotals(webhooks.figures(job)) }));
}

/** A job that failed stays a problem until somebody replaces or cancels it. */
export function processorProblem({ runner }: Processor): string | null {
  const failing = runner.statuses().find(({ error }) => error !== null);
  return failing === undefined ? null : `job ${failing.name}: ${failing.error}`;
}
