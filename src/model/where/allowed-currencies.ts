import type { MeasureModel, WhereTree } from '../event-model.ts';

/** The currencies that a measure's amounts can be in, by the filter and by its own definition; null where neither says. */
export function allowedCurrencies(
  where: WhereTree,
  measure: Pick<MeasureModel, 'currencyField' | 'metric'>,
): ReadonlySet<unknown> | null {
  if (measure.currencyField === null) return null;
  const byMetric = measure.metric === null ? null : valuesAllowed(measure.metric.where, measure.currencyField);
  return intersection(valuesAllowed(where, measure.currencyField), byMetric);
}

/**
 * Which values of a field a filter lets through; null where it does not say. Only what follows for sure: an `or` allows what each of its
 * branches allows, a `not` says nothing.
 */
function valuesAllowed(where: WhereTree, field: string): ReadonlySet<unknown> | null {
  let allowed: ReadonlySet<unknown> | null = null;
  for (const [name, value] of Object.entries(where)) {
    allowed = intersection(allowed, allowedByEntry(name, value, field));
  }
  return allowed;
}

function allowedByEntry(name: string, value: unknown, field: string): ReadonlySet<unknown> | null {
  if (name === field) return allowedByOperators(value as WhereTree);
  if (name !== 'and' && name !== 'or') return null;
  const branches = (value as readonly WhereTree[]).map((tree) => valuesAllowed(tree, field));
  if (name === 'and') return branches.reduce(intersection, null);
  const all = new Set<unknown>();
  for (const branch of branches) {
    if (branch === null) return null;
    for (const one of branch) all.add(one);
  }
  return all;
}

function allowedByOperators(operators: WhereTree): ReadonlySet<unknown> | null {
  const byEq = operators.eq === undefined ? null : new Set([operators.eq]);
  const byIn = Array.isArray(operators.in) ? new Set<unknown>(operators.in) : null;
  return intersection(byEq, byIn);
}

function intersection(a: ReadonlySet<unknown> | null, b: ReadonlySet<unknown> | null): ReadonlySet<unknown> | null {
  if (a === null || b === null) return a ?? b;
  return new Set([...a].filter((value) => b.has(value)));
}
