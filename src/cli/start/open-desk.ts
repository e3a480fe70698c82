import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { JobSpec } from '../../model/job-spec.ts';
import { systemClock } from '../../platform/clock.ts';
import { compileSubmittedJob, specFaults } from '../../processor/compile-submitted-job.ts';
import { type OpenJobDesk, openJobDesk } from '../../processor/control/open-job-desk.ts';
import { runJobs } from '../../processor/control/run-jobs.ts';
import type { Pipeline, StartContext } from './pipeline.ts';

/** Where jobs are asked for. A process with the role of the processor then runs what was asked. */
export async function openDesk(
  { lifecycle, logger, model }: StartContext,
  { log, jobs }: Pipeline,
): Promise<OpenJobDesk> {
  const check = (spec: JobSpec) => specFaults(spec, model);
  const desk = await lifecycle.start(
    'job desk',
    () => openJobDesk({ log, logger, clock: systemClock, check }),
    (each) => each.close(),
  );
  if (jobs !== null) {
    const compile = (submitted: Parameters<typeof compileSubmittedJob>[0]) => compileSubmittedJob(submitted, model);
    const member = `${hostname()}/${randomUUID()}`;
    await lifecycle.start(
      'submitted jobs',
      () => runJobs({ runner: jobs, desk, compile, log, clock: systemClock, logger, member }),
      (each) => each.close(),
    );
  }
  return desk;
}
