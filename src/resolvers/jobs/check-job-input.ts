import type { EventModel } from '../../model/event-model.ts';
import type { JobDesk, SpecFault } from '../../model/jobs/job-desk.ts';
import { type JobInput, type ReadSpec, readJobSpec } from './read-job-spec.ts';

/** What was asked for as a spec, and everything that is wrong with it: what cannot be read, and what could not run. */
export function checkJobInput(
  model: EventModel,
  jobs: Pick<JobDesk, 'check'>,
  { tenant, input }: { readonly tenant: string; readonly input: JobInput },
): ReadSpec {
  const { spec, faults } = readJobSpec(model, tenant, input);
  const found = spec === null ? [] : jobs.check(spec);
  return { spec, faults: [...faults, ...found.filter((fault) => !faults.some((told) => follows(fault, told)))] };
}

/**
 * What could not be read is left at nothing, and what is found of that is no second fault. The lengths of a window are judged together.
 */
function follows({ field: found }: SpecFault, { field: told }: SpecFault): boolean {
  if (found.length === 0 || (found[0] === 'window' && told[0] === 'window')) return true;
  return told.every((part, at) => found[at] === part);
}
