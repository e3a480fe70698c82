import type { MeasureModel } from '../event-model.ts';
import { enumName } from '../names.ts';
import type { Claims } from './claims.ts';
import { compileWhere, type WhereScope } from './compile-where.ts';
import { COUNT, metricMeasure } from './measures-of.ts';
import type { DirectiveRead, Written } from './read-directives.ts';
import { RESERVED_FIELDS } from './reserved-names.ts';

/** The measures that @metric names, in the order written. */
export function compileMetrics(
  written: readonly DirectiveRead<'metric'>[],
  measures: readonly MeasureModel[],
  spellings: Claims,
  scope: WhereScope,
): readonly MeasureModel[] {
  return written.map((metric) => {
    checkName(metric.name, scope);
    spellings.claim(enumName(metric.name.value), `the metric ${metric.name.value}`, metric.name.node, scope.mistakes);
    const of = measuredBy(metric, measures, scope);
    return metricMeasure(metric.name.value, of, compileWhere(metric.where.value, scope));
  });
}

/** A name that GraphQL takes, that is not the product's, and that begins as fields do. */
const METRIC_NAME = /^[a-z][A-Za-z0-9_]*$/;

/** A field may be called id; a measure stands beside the id of its row. */
const RESERVED_METRICS: readonly string[] = ['id', ...RESERVED_FIELDS];

function checkName(name: Written<string>, scope: WhereScope): void {
  if (!METRIC_NAME.test(name.value)) {
    scope.mistakes.add(name.node, {
      expected: '@metric(name:): letters, digits and "_", a small letter first',
      got: JSON.stringify(name.value),
    });
  } else if (RESERVED_METRICS.includes(name.value)) {
    scope.mistakes.add(name.node, {
      expected: `a name that is not reserved (${RESERVED_METRICS.join(', ')})`,
      got: name.value,
    });
  }
}

/** What may be added up over the events that match: their number, or a sum. */
function measuredBy(
  metric: DirectiveRead<'metric'>,
  measures: readonly MeasureModel[],
  scope: WhereScope,
): MeasureModel {
  if (metric.of === undefined) return COUNT;
  const { value: name, node } = metric.of;
  const allowed = measures.filter((measure) => measure.op === 'count' || measure.op === 'sum');
  const found = allowed.find((measure) => measure.name === name);
  if (found !== undefined) return found;
  scope.mistakes.unknownName(node, {
    name,
    what: '@metric(of:): count or a sum',
    allowed: allowed.map((measure) => measure.name),
  });
  return COUNT;
}
