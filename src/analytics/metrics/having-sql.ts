import type { WhereTree } from '../../model/event-model.ts';
import type { Bind } from '../../model/tables/where-sql.ts';
import { decimalText, integerDigitsOf, parseDecimal, scaleOf } from '../../model/values/decimal.ts';
import { LakegateError } from '../../platform/errors.ts';

export interface HavingColumn {
  readonly column: string;
  readonly type: string;
}

/** A filter on results, with the rules of a filter on events: true or false, and a missing number meets no comparison but `ne`. */
export function havingSql(having: WhereTree, bind: Bind, columnOf: (measure: string) => HavingColumn): string {
  const conditions = Object.entries(having).map(([name, value]) => {
    switch (name) {
      case 'and':
        return joined(value as readonly WhereTree[], ' AND ', '1', bind, columnOf);
      case 'or':
        return joined(value as readonly WhereTree[], ' OR ', '0', bind, columnOf);
      case 'not':
        return `NOT ${havingSql(value as WhereTree, bind, columnOf)}`;
      default:
        return measureCondition(name, value as WhereTree, bind, columnOf(name));
    }
  });
  return conditions.length === 0 ? '1' : `(${conditions.join(' AND ')})`;
}

/** Wide enough for every sum (38 digits) beside more digits after the point than any average has. */
export const DECIMAL_BOUND = 'Decimal(76, 18)';

const COMPARISONS: Readonly<Record<string, string>> = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' };

function measureCondition(name: string, operators: WhereTree, bind: Bind, { column, type }: HavingColumn): string {
  const conditions = Object.entries(operators).map(([operator, given]) => {
    const value = type === DECIMAL_BOUND ? decimalBound(name, given) : given;
    if (value === null || value === undefined) throw refused(name, operator, value);
    const comparison = COMPARISONS[operator];
    if (comparison !== undefined) return `ifNull(${column} ${comparison} ${bind(value, type)}, false)`;
    switch (operator) {
      case 'ne':
        return `NOT ifNull(${column} = ${bind(value, type)}, false)`;
      case 'in':
        return `ifNull(has(${bind(value, `Array(${type})`)}, ${column}), false)`;
      case 'notIn':
        return `NOT ifNull(has(${bind(value, `Array(${type})`)}, ${column}), false)`;
      case 'isNull':
        return value === true ? `${column} IS NULL` : `${column} IS NOT NULL`;
      default:
        throw refused(name, operator, value);
    }
  });
  return conditions.length === 0 ? '1' : `(${conditions.join(' AND ')})`;
}

/** In the one spelling; a bound that would be rounded is another question. */
function decimalBound(name: string, given: unknown): unknown {
  if (typeof given === 'boolean' || given === null || given === undefined) return given;
  const decimal = parseDecimal(String(given));
  if (decimal === null || scaleOf(decimal) > 18 || integerDigitsOf(decimal) > 38) {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: `having.${name}: expected at most 38 digits before the point and 18 after it, got ${JSON.stringify(given)}`,
    });
  }
  return decimalText(decimal);
}

function joined(
  trees: readonly WhereTree[],
  by: string,
  empty: string,
  bind: Bind,
  columnOf: (measure: string) => HavingColumn,
): string {
  return trees.length === 0 ? empty : `(${trees.map((tree) => havingSql(tree, bind, columnOf)).join(by)})`;
}

function refused(name: string, operator: string, got: unknown): LakegateError {
  return new LakegateError({
    code: 'BAD_REQUEST',
    message: `having.${name}.${operator}: expected one of eq ne in notIn lt lte gt gte isNull with a value, got ${JSON.stringify(got)}`,
  });
}
