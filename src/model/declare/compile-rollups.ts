import { type FieldModel, GRAINS, type Grain, type RollupModel } from '../event-model.ts';
import { rollupName } from '../names.ts';
import type { Mistakes } from './mistakes.ts';
import type { DirectiveRead, Written } from './read-directives.ts';

const GRAINS_DEFAULT: readonly Grain[] = ['1m', '1h', '1d'];

interface RollupScope {
  readonly typeName: string;
  readonly fields: readonly FieldModel[];
  readonly dimensions: readonly FieldModel[];
  /** The names of all fields, those with mistakes among them. */
  readonly written: readonly string[];
  readonly mistakes: Mistakes;
}

/** The default rollup, then those of @rollup in the order written. */
export function compileRollups(
  written: readonly DirectiveRead<'rollup'>[],
  scope: RollupScope,
): readonly RollupModel[] {
  const currencies = currenciesOf(scope.fields);
  const lowDimensions = scope.dimensions.filter((field) => field.dimension?.high === false);
  const rollups: RollupModel[] = [
    { name: null, by: withCurrencies(lowDimensions, currencies), grains: GRAINS_DEFAULT },
  ];
  for (const rollup of written) {
    const by = compileBy(rollup, scope);
    const compiled: RollupModel = {
      name: rollupName(by.map((field) => field.name)),
      by: withCurrencies(by, currencies),
      grains: compileGrains(rollup, scope.mistakes),
    };
    checkNotThere(rollup, compiled, rollups, scope.mistakes);
    rollups.push(compiled);
  }
  return rollups;
}

/** Amounts are kept apart by currency in every rollup: a sum over two currencies is never stored, so it can never be read. */
function currenciesOf(fields: readonly FieldModel[]): readonly FieldModel[] {
  const names = new Set(
    fields.flatMap((field) => (field.measure !== null && field.money !== null ? [field.money.currencyField] : [])),
  );
  return fields.filter((field) => names.has(field.name));
}

function withCurrencies(by: readonly FieldModel[], currencies: readonly FieldModel[]): readonly FieldModel[] {
  return [...by, ...currencies.filter((currency) => !by.includes(currency))];
}

function compileBy(rollup: DirectiveRead<'rollup'>, scope: RollupScope): readonly FieldModel[] {
  const by: FieldModel[] = [];
  for (const { value: name, node } of rollup.by) {
    const dimension = scope.dimensions.find((field) => field.name === name);
    if (dimension === undefined) {
      // A field whose own mistake is already told says nothing about whether it is a dimension.
      const broken = scope.written.includes(name) && !scope.fields.some((field) => field.name === name);
      if (!broken) reportUnknown({ value: name, node }, scope);
    } else if (by.includes(dimension)) {
      scope.mistakes.add(node, { expected: `${name} once in @rollup(by:)`, got: 'a second one' });
    } else {
      by.push(dimension);
    }
  }
  if (rollup.by.length === 0)
    scope.mistakes.add(rollup.node, { expected: '@rollup(by:): at least one dimension', got: 'an empty list' });
  return by;
}

function reportUnknown(name: Written<string>, scope: RollupScope): void {
  scope.mistakes.unknownName(name.node, {
    name: name.value,
    what: `@rollup(by:): a dimension of ${scope.typeName}`,
    allowed: scope.dimensions.map((field) => field.name),
  });
}

function compileGrains(rollup: DirectiveRead<'rollup'>, mistakes: Mistakes): readonly Grain[] {
  if (rollup.every === undefined) return GRAINS_DEFAULT;
  const wanted = new Set<string>();
  for (const { value, node } of rollup.every) {
    if (!GRAINS.some((grain) => grain === value)) {
      mistakes.unknownName(node, { name: value, what: '@rollup(every:): a grain', allowed: GRAINS });
    } else if (wanted.has(value)) {
      mistakes.add(node, { expected: `${value} once in @rollup(every:)`, got: 'a second one' });
    }
    wanted.add(value);
  }
  if (wanted.size === 0)
    mistakes.add(rollup.node, { expected: '@rollup(every:): at least one grain', got: 'an empty list' });
  return GRAINS.filter((grain) => wanted.has(grain));
}

/** Each set of dimensions has one declaration, with all its grains; and what the default rollup has need not be made again. */
function checkNotThere(
  rollup: DirectiveRead<'rollup'>,
  made: RollupModel,
  before: readonly RollupModel[],
  mistakes: Mistakes,
): void {
  if (made.by.length === 0) return;
  for (const other of before) {
    const sameSet = other.by.length === made.by.length && other.by.every((field) => made.by.includes(field));
    const grains = made.grains.filter((grain) => other.grains.includes(grain));
    if (other.name === null && sameSet && grains.length > 0) {
      mistakes.add(rollup.node, { expected: 'grains that the default rollup has not', got: grains.join(', ') });
    } else if (other.name !== null && (sameSet || other.name === made.name)) {
      const names = other.by.map((field) => field.name).join(', ');
      mistakes.add(rollup.node, { expected: `one @rollup by ${names}, with all its grains`, got: 'a second one' });
      return;
    }
  }
}
