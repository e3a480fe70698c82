import type { KindModel, WhereTree } from '../../model/event-model.ts';
import { compileWhere } from '../../model/where/compile-where.ts';
import { normaliseWhere } from '../../model/where/normalise-where.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Operator } from '../operator.ts';
import { compileAutomaton } from './automaton.ts';
import { describeMatch } from './describe-match.ts';
import { inEventOrder } from './in-event-order.ts';
import type { Filter, PatternDefinition } from './pattern.ts';
import { patternFaults } from './pattern-faults.ts';
import { patternRule } from './pattern-rule.ts';

/** A pattern over events of this kind as an operator. Refuses a pattern with faults, and tells all of them. */
export function compilePattern(
  definition: PatternDefinition,
  { name, kind, allowedLatenessMs }: PatternOptions,
): Operator<unknown> {
  const faults = patternFaults(definition);
  if (faults.length > 0) {
    const told = faults.map(({ field, message }) => `${field.join('.')}: ${message}`).join('\n  ');
    throw new LakegateError({ code: 'BAD_REQUEST', message: `pattern of ${name}\n  ${told}` });
  }
  const automaton = compileAutomaton(definition, (where) => compileFilter(kind, where));
  const rule = patternRule(automaton, { reason: describeMatch(definition) });
  return inEventOrder(rule, { name, allowedLatenessMs }) as Operator<unknown>;
}

export interface PatternOptions {
  /** Of the job. */
  readonly name: string;
  readonly kind: KindModel;
  readonly allowedLatenessMs: number;
}

/** As a query's filter reads it. */
export function compileFilter(kind: KindModel, where: WhereTree): Filter {
  return compileWhere(kind, normaliseWhere(kind, where));
}

/**
 * Equal for patterns of which one can go on with the other's state: what its steps are called and how they follow each other, and how they filter
 * as far as that is data. Functions have no shape: who changes one raises the version of the job.
 */
export function patternShape({ steps, withinMs, afterMatch }: PatternDefinition): string {
  const shape = steps.map(({ name, contiguity, where, given, times, orMore }) => {
    const filter = typeof where === 'function' ? 'function' : (where ?? {});
    return [name, contiguity, filter, given ? 'function' : null, times, orMore];
  });
  return JSON.stringify(['pattern', 1, shape, withinMs, afterMatch]);
}
