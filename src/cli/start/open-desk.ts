import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { SubmittedJob } from '../../model/jobs/job-board.ts';
import type { JobSpec } from '../../model/jobs/job-spec.ts';
import { systemClock } from '../../platform/clock.ts';
import { compileSubmittedJob, specFaults } from '../../processor/compile-submitted-job.ts';
import { type OpenJobDesk, openJobDesk } from '../../processor/control/open-job-desk.ts';
import { runJobs } from '../../processor/control/run-jobs.ts';
import { builtInJobs } from '../../processor/jobs/index.ts';
import { webhookRules } from '../../processor/sinks/webhook-rules.ts';
import type { Pipeline, StartContext } from './pipeline.ts';

/** Where jobs are asked for. A process with the role of the processor then runs what was asked. */
export async function openDesk(
  { lifecycle, config, logger, model }: StartContext,
  { log, processor }: Pipeline,
): Promise<OpenJobDesk> {
  const clock = systemClock;
  const rules = webhookRules(config.webhooks);
  const check = (spec: JobSpec) => [...specFaults(spec, model), ...rules.faults(spec.sinks.webhook)];
  const builtIn = new Set(builtInJobs(model).map(({ name }) => name));
  const desk = await lifecycle.start(
    'job desk',
    () => openJobDesk({ log, logger, clock, check, builtIn }),
    (each) => each.close(),
  );
  if (processor !== null) {
    const compile = (submitted: SubmittedJob) => compileSubmittedJob(submitted, model);
    const member = `${hostname()}/${randomUUID()}`;
    await lifecycle.start(
      'submitted jobs',
      () => runJobs({ ...processor, desk, compile, log, clock, logger, member }),
      (each) => each.close(),
    );
  }
  return desk;
}
