import { type Constraint, DECIMAL_SCALE_DEFAULT, type FieldType } from '../event-model.ts';
import { compareDecimals, scaleOf } from '../values/decimal.ts';
import { NUMBER_TYPES, TEXT_TYPES, typeWords } from './field-types.ts';
import type { Mistakes } from './mistakes.ts';
import { parsePlainDecimal } from './plain-decimal.ts';
import type { DirectiveRead, Written } from './read-directives.ts';
import { patternFault } from './safe-pattern.ts';

/** Decimal(38, scale) keeps 20 digits before the point at this scale. */
const SCALE_MAX = 18;

const NO_CONSTRAINT: Constraint = { min: null, max: null, maxLength: null, pattern: null, scale: null };

/** A rule of @constraint: which types it fits, and what its value must be. */
interface Rule<T> {
  readonly name: keyof Constraint;
  readonly types: readonly FieldType[];
  readonly expected: string;
  readonly holds: (value: T) => boolean;
}

export function compileConstraint(
  read: DirectiveRead<'constraint'> | null,
  type: FieldType,
  mistakes: Mistakes,
): Constraint {
  if (read === null) return NO_CONSTRAINT;
  const checked = <T extends string | number>(written: Written<T> | undefined, rule: Rule<T>): T | null =>
    written !== undefined && checkRule(written, rule, type, mistakes) ? written.value : null;

  const bound = { types: NUMBER_TYPES, ...boundRule(type, read.scale?.value) };
  const constraint: Constraint = {
    min: checked(read.min, { name: 'min', ...bound }),
    max: checked(read.max, { name: 'max', ...bound }),
    maxLength: checked(read.maxLength, {
      name: 'maxLength',
      types: TEXT_TYPES,
      expected: 'maxLength above 0',
      holds: (value) => value > 0,
    }),
    pattern: checked(read.pattern, {
      name: 'pattern',
      types: TEXT_TYPES,
      expected: 'pattern: a regular expression',
      holds: () => true,
    }),
    scale: checked(read.scale, {
      name: 'scale',
      types: ['Decimal'],
      expected: `scale from 0 to ${SCALE_MAX}`,
      holds: (value) => value >= 0 && value <= SCALE_MAX,
    }),
  };
  checkPattern(read.pattern, mistakes);
  checkOrder(read, constraint, mistakes);
  return constraint;
}

function boundRule(
  type: FieldType,
  scale: number | undefined,
): { expected: string; holds: (value: string) => boolean } {
  if (type === 'Decimal') {
    const digits = scale ?? DECIMAL_SCALE_DEFAULT;
    const expected = `a decimal in quotes with at most ${digits} digits after the point`;
    return { expected, holds: (value) => fitsScale(value, digits) };
  }
  if (type === 'Float') return { expected: 'a decimal in quotes', holds: (value) => parsePlainDecimal(value) !== null };
  return { expected: 'a whole number in quotes', holds: (value) => fitsScale(value, 0) };
}

function fitsScale(text: string, digits: number): boolean {
  const decimal = parsePlainDecimal(text);
  return decimal !== null && scaleOf(decimal) <= digits;
}

function checkOrder(read: DirectiveRead<'constraint'>, { min, max }: Constraint, mistakes: Mistakes): void {
  const least = parsePlainDecimal(min ?? '');
  const greatest = parsePlainDecimal(max ?? '');
  if (least === null || greatest === null || compareDecimals(least, greatest) <= 0) return;
  mistakes.add(read.max?.node ?? read.node, { expected: `max of at least min, ${min}`, got: `${max}` });
}

function checkRule<T extends string | number>(
  written: Written<T>,
  rule: Rule<T>,
  type: FieldType,
  mistakes: Mistakes,
): boolean {
  if (!rule.types.includes(type)) {
    mistakes.add(written.node, { expected: `${rule.name} on a field of type ${typeWords(rule.types)}`, got: type });
    return false;
  }
  if (rule.holds(written.value)) return true;
  mistakes.add(written.node, { expected: rule.expected, got: JSON.stringify(written.value) });
  return false;
}

function checkPattern(written: Written<string> | undefined, mistakes: Mistakes): void {
  if (written === undefined) return;
  const fault = patternFault(written.value);
  if (fault !== null) {
    mistakes.add(written.node, {
      expected: 'pattern: a regular expression that is safe on any text',
      got: `${JSON.stringify(written.value)}: ${fault}`,
    });
  }
}
