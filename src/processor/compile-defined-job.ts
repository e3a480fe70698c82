import { createHash } from 'node:crypto';
import type { EventModel, KindModel } from '../model/event-model.ts';
import type { JobSpec } from '../model/jobs/job-spec.ts';
import { routeNames } from '../model/names.ts';
import { parseDurationMs } from '../platform/duration.ts';
import { LakegateError } from '../platform/errors.ts';
import type { DefinedJob, JobDefinition } from './define-job.ts';
import type { Job, JobSource } from './job.ts';
import type { Operator } from './operator.ts';
import { compileFilter, compilePattern, patternShape } from './patterns/compile-pattern.ts';
import { eventRule } from './patterns/event-rule.ts';
import { inEventOrder } from './patterns/in-event-order.ts';
import type { FilterOf, Members } from './patterns/pattern.ts';
import { compileWindowWork, windowShape } from './windows/window-work.ts';

/** A job of `defineJob` over the declared kinds. Throws where it cannot run, with what was expected. */
export function compileDefinedJob(
  { definition }: DefinedJob,
  model: EventModel,
  { builtIn }: { builtIn: boolean },
): Job {
  const { name, version = 1, mode = 'LIVE' } = definition;
  if (!NAME.test(name)) throw mistake(name, 'name', 'a letter, then letters, digits, - or _, at most 64', name);
  if (!Number.isInteger(version) || version < 1) throw mistake(name, 'version', 'a whole number from 1 on', version);
  const kind = kindOf(definition, model);
  return {
    name,
    version,
    builtIn,
    tenant: null,
    sources: [sourceOf(definition, kind)],
    operator: operatorOf(definition, kind),
    mode,
    discardsLate: lateOf(definition) === 'DISCARD',
    stateShape: shapeOf(definition, kind),
    origin: { from: builtIn ? 'product' : 'file', name },
  };
}

type Definition = JobDefinition<Members, unknown>;

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

function kindOf({ name, kind: asked }: Definition, { kinds }: EventModel): KindModel {
  const kind = kinds.find((each) => each.plural === asked || routeNames(each).includes(asked));
  if (kind !== undefined) return kind;
  throw mistake(name, 'kind', `one of ${kinds.map(({ singular }) => singular).join(', ')}`, asked);
}

function sourceOf({ name, key, where }: Definition, kind: KindModel): JobSource {
  const keyField = keyFieldOf(kind, key);
  if (!kind.fields.some((field) => field.name === keyField)) {
    throw mistake(name, 'key', `a field of ${kind.typeName}`, keyField);
  }
  return { topic: kind.plural, keyField, where: where === undefined ? null : filterOf(kind, where) };
}

function keyFieldOf(kind: KindModel, key: string | undefined): string {
  return key ?? kind.keyField;
}

function filterOf(kind: KindModel, where: FilterOf<Members>): JobSource['where'] {
  if (typeof where === 'function') return ({ members }) => where(members);
  const filter = compileFilter(kind, where);
  return ({ fields }) => filter(fields);
}

function operatorOf(definition: Definition, kind: KindModel): Operator<unknown> {
  const { name, allowedLateness = 'window' in definition ? '10s' : '0s' } = definition;
  if ('operator' in definition) return definition.operator;
  const allowedLatenessMs = parseDurationMs(allowedLateness);
  if (allowedLatenessMs === null) {
    throw mistake(name, 'allowedLateness', 'a duration such as 10s', allowedLateness);
  }
  if ('inOrder' in definition) {
    return inEventOrder(eventRule(definition.inOrder), { name, allowedLatenessMs }) as Operator<unknown>;
  }
  if ('pattern' in definition) {
    return compilePattern(definition.pattern.definition, { name, kind, allowedLatenessMs });
  }
  if ('window' in definition) {
    const { key, where } = definition;
    const late = lateOf(definition);
    const filter = typeof where === 'function' ? null : (where ?? {});
    return compileWindowWork(definition, {
      kind,
      keyField: keyFieldOf(kind, key),
      where: filter,
      late,
      allowedLatenessMs,
    }) as Operator<unknown>;
  }
  throw mistake(name, 'work', 'pattern, window, inOrder or operator', undefined);
}

/** Only windows are published again. */
function lateOf(definition: Definition): JobSpec['late'] {
  const { name, late = 'window' in definition ? 'CORRECT' : 'SIDE_OUTPUT' } = definition;
  if (late === 'CORRECT' && !('window' in definition)) throw mistake(name, 'late', 'SIDE_OUTPUT or DISCARD', late);
  return late;
}

function shapeOf(definition: Definition, kind: KindModel): string {
  const { version = 1, key } = definition;
  const work = workShape(definition);
  const shape = JSON.stringify([kind.plural, keyFieldOf(kind, key), work, version]);
  return createHash('sha256').update(shape).digest('base64url').slice(0, 22);
}

function workShape(definition: Definition): string {
  if ('pattern' in definition) return patternShape(definition.pattern.definition);
  return 'window' in definition ? windowShape(definition) : 'code';
}

function mistake(job: string, field: string, expected: string, got: unknown): LakegateError {
  return new LakegateError({
    code: 'BAD_CONFIG',
    message: `job ${JSON.stringify(job)}: ${field}: expected ${expected}, got ${JSON.stringify(got) ?? 'nothing'}`,
  });
}
