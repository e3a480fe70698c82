import type { WhereTree } from '../../model/event-model.ts';
import { isNumeric } from './field-maker.ts';
import { NumberMaker } from './number-maker.ts';
import { ABSENT, type FieldMaker } from './pick.ts';

/** Whether an event, given as its picks, is one that a filter takes. */
export type Condition = (picks: readonly number[]) => boolean;

/**
 * A declared filter over picks, by the rules the product states: a comparison with a missing value is false, `ne` and `notIn` are exactly the
 * opposites of `eq` and `in`. Written here a second time, on purpose: an oracle that calls what it judges proves nothing.
 */
export function conditionOf(where: WhereTree, makers: readonly FieldMaker[]): Condition {
  const conditions = Object.entries(where).map(([name, value]): Condition => {
    if (name === 'and') return every(trees(value).map((tree) => conditionOf(tree, makers)));
    if (name === 'or') return some(trees(value).map((tree) => conditionOf(tree, makers)));
    if (name === 'not') return not(conditionOf(value as WhereTree, makers));
    const at = makers.findIndex((maker) => maker.field.name === name);
    const maker = makers[at];
    if (maker === undefined) throw new Error(`no field ${name} to filter on`);
    return every(
      Object.entries(value as WhereTree).map(([operator, operand]) => comparison(maker, at, operator, operand)),
    );
  });
  return every(conditions);
}

const every =
  (conditions: readonly Condition[]): Condition =>
  (picks) =>
    conditions.every((condition) => condition(picks));

const some =
  (conditions: readonly Condition[]): Condition =>
  (picks) =>
    conditions.some((condition) => condition(picks));

const not =
  (condition: Condition): Condition =>
  (picks) =>
    !condition(picks);

function trees(value: unknown): readonly WhereTree[] {
  return value as readonly WhereTree[];
}

function comparison(maker: FieldMaker, at: number, operator: string, operand: unknown): Condition {
  const pickOf = (picks: readonly number[]): number => picks[at] ?? ABSENT;
  const known =
    (test: (pick: number) => boolean): Condition =>
    (picks) =>
      pickOf(picks) !== ABSENT && test(pickOf(picks));
  switch (operator) {
    case 'isNull':
      return (picks) => (pickOf(picks) === ABSENT) === operand;
    case 'eq':
      return known((pick) => order(maker, pick, operand) === 0);
    case 'ne':
      return not(known((pick) => order(maker, pick, operand) === 0));
    case 'in':
      return known((pick) => (operand as unknown[]).some((one) => order(maker, pick, one) === 0));
    case 'notIn':
      return not(known((pick) => (operand as unknown[]).some((one) => order(maker, pick, one) === 0)));
    case 'lt':
      return known((pick) => order(maker, pick, operand) < 0);
    case 'lte':
      return known((pick) => order(maker, pick, operand) <= 0);
    case 'gt':
      return known((pick) => order(maker, pick, operand) > 0);
    case 'gte':
      return known((pick) => order(maker, pick, operand) >= 0);
    case 'contains':
      return known((pick) => maker.text(pick)?.includes(String(operand)) === true);
    case 'startsWith':
      return known((pick) => maker.text(pick)?.startsWith(String(operand)) === true);
    default:
      throw new Error(`no operator ${operator}`);
  }
}

/** Below, equal or above zero as the value is against the operand; numbers in units, so exactly. */
function order(maker: FieldMaker, pick: number, operand: unknown): number {
  if (maker instanceof NumberMaker) return pick - unitsOf(String(operand), maker.digits);
  if (isNumeric(maker.field)) return pick - Number(operand);
  if (maker.field.type === 'DateTime') return pick - Date.parse(String(operand)) * 1000;
  const text = maker.text(pick) ?? '';
  const other = String(operand);
  return text === other ? 0 : text < other ? -1 : 1;
}

/** An operand in units of 10^-digits, six more digits kept: enough to tell it from its neighbours, few enough to hide binary fractions. */
function unitsOf(decimal: string, digits: number): number {
  return Math.round(Number(decimal) * 10 ** (digits + 6)) / 1_000_000;
}
