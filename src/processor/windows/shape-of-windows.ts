import type { KindModel } from '../../model/event-model.ts';
import type { WindowSpec } from '../../model/job-spec.ts';
import { hasOneCurrency, type MeasureScope } from './measure-aggregate.ts';

/** Equal where the state of one job can be read by the other and means the same: window, key, and how each value is kept. */
export function shapeOfWindows(kind: KindModel, made: WindowsMade): string {
  const measures = made.measures.map((name) => {
    const measure = kind.measures.find((candidate) => candidate.name === name);
    if (measure === undefined) return name;
    const byCurrency = measure.currencyField !== null && !hasOneCurrency(measure, made.scope);
    return [name, measure.metric?.whereText ?? null, measure.field?.constraint.scale ?? null, byCurrency];
  });
  return JSON.stringify(['windows/1', kind.plural, made.scope.keyField, made.window, measures, made.values]);
}

export interface WindowsMade {
  readonly window: WindowSpec;
  readonly measures: readonly string[];
  readonly scope: MeasureScope;
  /** How each value is kept that is no measure of the kind. */
  readonly values: readonly string[];
}
