import type { FieldModel, KindModel, MeasureModel } from '../../model/event-model.ts';
import { decimalShape } from '../../model/tables/column-types.ts';
import { QUANTILES, sumColumn, valueCountColumn } from '../../model/tables/rollup-columns.ts';
import { literalBind, whereSql } from '../../model/tables/where-sql.ts';
import { RATE_SCALE } from '../../warehouse/rates.ts';
import { rateSql } from './conversion.ts';
import { DECIMAL_BOUND } from './having-sql.ts';
import {
  averageSql,
  EXACT_QUANTILES,
  type MeasureSql,
  quantileIndex,
  type StateColumn,
  stateColumn,
} from './measure-sql.ts';

/**
 * A measure of money in another currency. Each amount is multiplied by the rate of its day in 76 digits, so that nothing is rounded: amounts
 * have at most 18 digits after the point, and so have rates. Sums and extremes are exact to the last digit; an average is rounded once.
 */
export function convertedMeasureSql(kind: KindModel, measure: MeasureModel, to: string, exact: boolean): MeasureSql {
  const { field, currencyField } = measure;
  if (field === null || currencyField === null) throw new Error(`measure ${measure.name} is of no amount`);
  const amount = { kind, field, rate: rateSql(currencyField, to) };
  const made = madeOf(amount, measure, exact);
  return { ...made, type: DECIMAL_BOUND, ratesBy: currencyField };
}

interface Amount {
  readonly kind: KindModel;
  readonly field: FieldModel;
  readonly rate: string;
}

type Made = Pick<MeasureSql, 'columns' | 'value'>;

function madeOf(amount: Amount, measure: MeasureModel, exact: boolean): Made {
  const { kind, field } = amount;
  switch (measure.op) {
    case 'sum':
      return summed(sum(amount));
    case 'metric':
      return summed(metric(amount, measure));
    case 'avg': {
      const [total, count] = [sum(amount), stateColumn(kind, valueCountColumn(field))];
      return { columns: [total, count], value: averageSql(field, `sum(t.\`${total.name}\`)`) };
    }
    case 'min':
    case 'max':
      return extreme(amount, measure.op);
    default:
      return exact ? exactQuantile(amount, measure) : quantile(amount, measure);
  }
}

function summed(column: StateColumn): Made {
  return { columns: [column], value: `sum(t.\`${column.name}\`)` };
}

function sum(amount: Amount): StateColumn {
  const name = sumColumn(amount.field);
  return {
    name: converted(name),
    fromEvents: `sum(${times(amount, present(amount.field))})`,
    fromRow: times(amount, `\`${name}\``),
  };
}

function metric(amount: Amount, measure: MeasureModel): StateColumn {
  const where = whereSql(amount.kind, measure.metric?.where ?? {}, { bind: literalBind });
  return {
    name: converted(measure.name),
    fromEvents: `sumIf(${times(amount, present(amount.field))}, ${where})`,
    fromRow: times(amount, `\`${measure.name}\``),
  };
}

/** A rate is above 0: the least amount stays the least. */
function extreme(amount: Amount, side: 'min' | 'max'): Made {
  const column = extremeColumn(amount, side);
  return { columns: [column], value: `${side}OrNull(t.\`${column.name}\`)` };
}

function extremeColumn(amount: Amount, side: 'min' | 'max'): StateColumn {
  const name = `${amount.field.name}${side === 'min' ? 'Min' : 'Max'}`;
  return {
    name: converted(name),
    fromEvents: `${side}(${times(amount, `\`${amount.field.name}\``)})`,
    fromRow: times(amount, `\`${name}\``),
  };
}

/** An estimate lies among the values, as every quantile does. */
function quantile(amount: Amount, measure: MeasureModel): Made {
  const { field } = amount;
  const name = converted(`${field.name}Quantiles`);
  const value = `toFloat64(${times(amount, present(field))})`;
  const [least, most] = [extremeColumn(amount, 'min'), extremeColumn(amount, 'max')];
  const estimate = `${QUANTILES.replace('(', 'Merge(')}(t.\`${name}\`)[${quantileIndex(measure)}]`;
  const digits = decimalShape(field).scale + RATE_SCALE;
  const decimal = `toDecimal256OrNull(toString(${estimate}), ${digits})`;
  const within = `greatest(minOrNull(t.\`${least.name}\`), least(maxOrNull(t.\`${most.name}\`), ${decimal}))`;
  return { columns: [{ name, fromEvents: stateIf(QUANTILES, field, value) }, least, most], value: within };
}

function exactQuantile(amount: Amount, measure: MeasureModel): Made {
  const { kind, field } = amount;
  const name = converted(`${field.name}QuantilesExact`);
  const fromEvents = stateIf(EXACT_QUANTILES, field, times(amount, present(field)));
  const merged = `${EXACT_QUANTILES.replace('(', 'Merge(')}(t.\`${name}\`)[${quantileIndex(measure)}]`;
  const count = stateColumn(kind, valueCountColumn(field));
  return {
    columns: [{ name, fromEvents }, count],
    value: `if(sum(t.\`${count.name}\`) = 0, NULL, ${merged})`,
  };
}

function stateIf(aggregate: string, field: FieldModel, value: string): string {
  return field.nullable
    ? `${aggregate.replace('(', 'StateIf(')}(${value}, \`${field.name}\` IS NOT NULL)`
    : `${aggregate.replace('(', 'State(')}(${value})`;
}

/** A missing amount adds nothing. */
function present(field: FieldModel): string {
  return field.nullable ? `ifNull(\`${field.name}\`, 0)` : `\`${field.name}\``;
}

function times({ field, rate }: Amount, value: string): string {
  return `toDecimal256(${value}, ${decimalShape(field).scale}) * ${rate}`;
}

/** Beside the column that it is made from, in one statement. */
function converted(name: string): string {
  return `_${name}Converted`;
}
