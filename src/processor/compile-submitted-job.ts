import type { EventModel, KindModel } from '../model/event-model.ts';
import type { SubmittedJob } from '../model/jobs/job-board.ts';
import type { SpecFault } from '../model/jobs/job-desk.ts';
import type { JobSpec, PatternShape } from '../model/jobs/job-spec.ts';
import { stateShapeOf } from '../model/jobs/state-shape.ts';
import { compileWhere } from '../model/where/compile-where.ts';
import { LakegateError } from '../platform/errors.ts';
import type { Job } from './job.ts';
import { compilePattern } from './patterns/compile-pattern.ts';
import { patternFaults } from './patterns/pattern-faults.ts';
import { compileWindowJob } from './windows/compile-window-job.ts';
import { measureAggregate } from './windows/measure-aggregate.ts';
import { windowFaults } from './windows/window-operator.ts';

/** A submitted job, ready to run. Throws BAD_REQUEST where it cannot, which `specFaults` tells before. */
export function compileSubmittedJob(submitted: Submitted, model: EventModel): Job {
  const { spec, version, incarnation } = submitted;
  const kind = kindOf(spec, model);
  const { shape } = spec;
  const job =
    shape.kind === 'window'
      ? compileWindowJob(kind, { ...spec, shape }, version)
      : compilePatternJob(kind, { ...spec, shape }, version);
  // The desk refuses what does not fit by the same shape, before anything changes.
  return {
    ...job,
    incarnation,
    alsoTo: spec.sinks.topic,
    parallelism: spec.parallelism ?? null,
    stateShape: JSON.stringify(stateShapeOf(spec)),
    origin: { from: 'submitted', submitted: { spec, version, incarnation } },
  };
}

type Submitted = Pick<SubmittedJob, 'spec' | 'version' | 'incarnation'>;

/** Everything that is wrong with a spec whose values were read; empty where it can run. */
export function specFaults(spec: JobSpec, model: EventModel): readonly SpecFault[] {
  const { shape } = spec;
  const kind = kindOf(spec, model);
  const faults =
    shape.kind === 'pattern'
      ? patternFaults(shape.pattern).map((fault) => ({ ...fault, field: fieldOf(kind, 'pattern', fault.field) }))
      : [...windowFaults(shape.window), ...measureFaults(kind, shape.measures, spec)];
  if (faults.length > 0) return faults;
  const fault = faultOf(() => compileSubmittedJob({ spec, version: 1, incarnation: 1 }, model));
  if (fault === null) return [];
  return [{ message: fault, field: shape.kind === 'pattern' ? fieldOf(kind, 'pattern', []) : [] }];
}

function measureFaults(kind: KindModel, measures: readonly string[], { source }: JobSpec): readonly SpecFault[] {
  return measures.flatMap((name) => {
    const message = faultOf(() => measureAggregate(kind, name, source));
    return message === null ? [] : [{ message, field: fieldOf(kind, 'measures', []) }];
  });
}

/** Null where it can be made. */
function faultOf(make: () => unknown): string | null {
  try {
    make();
    return null;
  } catch (error) {
    if (!(error instanceof LakegateError) || error.code !== 'BAD_REQUEST') throw error;
    return error.message;
  }
}

function compilePatternJob(kind: KindModel, spec: JobSpec & { readonly shape: PatternShape }, version: number): Job {
  const { name, tenant, source, shape, allowedLatenessMs, late, mode } = spec;
  const takes = source.where === null ? null : compileWhere(kind, source.where);
  return {
    name,
    version,
    builtIn: false,
    tenant,
    sources: [
      {
        topic: source.topic,
        keyField: source.keyField,
        where: takes === null ? null : ({ fields }) => takes(fields),
      },
    ],
    operator: compilePattern(shape.pattern, { name, kind, allowedLatenessMs }),
    mode,
    discardsLate: late === 'DISCARD',
    stateShape: '',
  };
}

function kindOf({ source }: JobSpec, { kinds }: EventModel): KindModel {
  const kind = kinds.find(({ plural }) => plural === source.topic);
  if (kind !== undefined) return kind;
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `source: no kind is declared whose topic is ${source.topic}`,
  });
}

function fieldOf(kind: KindModel, part: 'pattern' | 'measures', field: readonly string[]): readonly string[] {
  return ['source', kind.singular, part, ...field];
}
