import type { FieldModel, MeasureModel, MeasureOp, WhereTree } from '../event-model.ts';
import { capitalised, enumName } from '../names.ts';

export const COUNT: MeasureModel = {
  name: 'count',
  enumName: 'COUNT',
  op: 'count',
  field: null,
  graphqlType: 'SafeInt',
  nullable: false,
  additive: true,
  approximate: false,
  currencyField: null,
  metric: null,
  description: null,
};

const AGGREGATES = ['sum', 'avg', 'min', 'max'] as const;
const QUANTILES = ['p50', 'p90', 'p95', 'p99'] as const;
const APPROXIMATE: readonly MeasureOp[] = ['distinct', ...QUANTILES];

/** Said of every measure that is estimated: distinct counts and quantiles. */
const APPROXIMATE_NOTE = 'Approximate unless exact: true.';

/** What a field can be asked for: Distinct, then Sum, Avg, Min, Max, then P50, P90, P95, P99. */
export function measuresOf(field: FieldModel): readonly MeasureModel[] {
  const ops: MeasureOp[] = [];
  if (field.distinct) ops.push('distinct');
  if (field.measure !== null) ops.push(...AGGREGATES);
  if (field.measure?.quantiles === true) ops.push(...QUANTILES);
  return ops.map((op) => measure(field, op));
}

/** A named measure: `of` is COUNT or a sum. Its description is the definition, so that every client can show it. */
export function metricMeasure(name: string, of: MeasureModel, where: WhereTree): MeasureModel {
  const whereText = JSON.stringify(where).replaceAll('"', "'");
  return {
    ...of,
    name,
    enumName: enumName(name),
    op: 'metric',
    metric: { of: of.op === 'count' ? 'count' : 'sum', where, whereText },
    description: `@metric: ${of.name} where ${whereText}`,
  };
}

function measure(field: FieldModel, op: MeasureOp): MeasureModel {
  const name = field.name + capitalised(op);
  const approximate = APPROXIMATE.includes(op);
  return {
    name,
    enumName: enumName(name),
    op,
    field,
    graphqlType: op === 'distinct' ? 'SafeInt' : numberType(field, op),
    nullable: op !== 'distinct',
    additive: op === 'sum',
    approximate,
    currencyField: op === 'distinct' ? null : (field.money?.currencyField ?? null),
    metric: null,
    description: approximate ? APPROXIMATE_NOTE : null,
  };
}

/** Decimals stay decimals. Whole numbers stay whole in sums and extremes; an average or quantile of them need not be. */
function numberType(field: FieldModel, op: MeasureOp): 'Decimal' | 'SafeInt' | 'Float' {
  if (field.type === 'Decimal') return 'Decimal';
  const staysWhole = op === 'sum' || op === 'min' || op === 'max';
  return field.type !== 'Float' && staysWhole ? 'SafeInt' : 'Float';
}
