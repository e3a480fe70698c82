import type { KindModel } from '../../model/event-model.ts';
import type { JobSpec, WindowShape } from '../../model/jobs/job-spec.ts';
import { stateShapeOf } from '../../model/jobs/state-shape.ts';
import { compileWhere } from '../../model/where/compile-where.ts';
import type { Job } from '../job.ts';
import { measureAggregate } from './measure-aggregate.ts';
import { keptUs, windowOperator } from './window-operator.ts';
import { eventAsRow } from './window-work.ts';

/** A windowed job as it was submitted, ready to run. Throws BAD_REQUEST for what cannot be kept in windows. */
export function compileWindowJob(
  kind: KindModel,
  spec: JobSpec & { readonly shape: WindowShape },
  version: number,
): Job {
  const { source, shape, late } = spec;
  const { window, measures } = shape;
  // In the order of their names, as they are kept: the order of a list says nothing.
  const aggregates = new Map([...measures].sort().map((name) => [name, measureAggregate(kind, name, source)]));
  const takes = source.where === null ? null : compileWhere(kind, source.where);
  return {
    name: spec.name,
    version,
    builtIn: false,
    tenant: spec.tenant,
    sources: [
      {
        topic: source.topic,
        keyField: source.keyField,
        where: takes === null ? null : ({ members }) => takes(members),
      },
    ],
    operator: windowOperator(
      window,
      { aggregates, keptUs: keptUs(spec) },
      { rowsOf: eventAsRow, comesInOrder: source.keyField === kind.keyField },
    ),
    mode: spec.mode,
    discardsLate: late === 'DISCARD',
    stateShape: JSON.stringify(stateShapeOf(spec)),
  };
}
