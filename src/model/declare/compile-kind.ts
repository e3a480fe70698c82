import type { ASTNode, EnumTypeDefinitionNode, ObjectTypeDefinitionNode } from 'graphql';
import type { FieldModel, KindModel, MeasureModel } from '../event-model.ts';
import { enumName, pluralDefault, singularName } from '../names.ts';
import { Claims } from './claims.ts';
import { compileEvent } from './compile-event.ts';
import type { CompileScope } from './compile-field.ts';
import { type CompiledFields, compileFields, lookUpField } from './compile-fields.ts';
import { compileMetrics } from './compile-metrics.ts';
import { compileRollups } from './compile-rollups.ts';
import { COUNT, measuresOf } from './measures-of.ts';
import type { Mistakes } from './mistakes.ts';
import { readDirectives } from './read-directives.ts';
import { sourceText } from './source-text.ts';

export interface CompiledKind {
  readonly node: ObjectTypeDefinitionNode;
  readonly model: KindModel;
  /** Where the plural was written, or else the name it follows from. */
  readonly pluralNode: ASTNode;
}

/**
 * One type with @event becomes one kind. Mistakes are reported and stepped over, so that the rest is checked too; the model is only of
 * use when there were none. Null where @event is missing or cannot be read: then nothing tells what the fields are for.
 */
export function compileKind(
  node: ObjectTypeDefinitionNode,
  enumNodes: ReadonlyMap<string, EnumTypeDefinitionNode>,
  scope: CompileScope,
): CompiledKind | null {
  const { mistakes } = scope;
  const typeName = node.name.value;
  checkShape(node, mistakes);
  const directives = readDirectives(node.directives ?? [], 'type', mistakes);
  const fields = compileFields(node, scope);
  const [event] = directives.event;
  if (event === undefined) return null;

  const parts = compileEvent(event, fields);
  const declared = withKeyAsDimension(fields.models, parts.keyField);
  const dimensions = dimensionsOf(fields.models, declared);
  const fieldMeasures = [COUNT, ...declared.flatMap(measuresOf)];
  const spellings = claimSpellings(fields, fieldMeasures);
  const whereScope = { typeName, fields: declared, timeField: parts.timeField, enums: scope.enums, mistakes };
  const rollupScope = { typeName, fields: declared, dimensions, written: fields.names, mistakes };
  checkRowNames(fields, dimensions);
  checkMoney({ ...fields, models: declared });
  const model: KindModel = {
    typeName,
    kind: enumName(typeName),
    singular: singularName(typeName),
    plural: event.plural?.value ?? pluralDefault(typeName),
    description: node.description?.value ?? null,
    sdl: sdlOf(node, declared, enumNodes),
    fields: declared,
    ...parts,
    dimensions,
    measures: [...fieldMeasures, ...compileMetrics(directives.metric, fieldMeasures, spellings, whereScope)],
    rollups: compileRollups(directives.rollup, rollupScope),
  };
  return { node, model, pluralNode: event.plural?.node ?? node.name };
}

function checkShape(node: ObjectTypeDefinitionNode, mistakes: Mistakes): void {
  const [implemented] = node.interfaces ?? [];
  if (implemented !== undefined) {
    mistakes.add(implemented, {
      expected: 'a type without interfaces (Event is added by itself)',
      got: `implements ${implemented.name.value}`,
    });
  }
  if (!node.directives?.some((directive) => directive.name.value === 'event')) {
    mistakes.add(node.name, { expected: `@event(key: …) on type ${node.name.value}`, got: 'none' });
  }
}

/** The key can always be grouped by. Where the user did not mark it, it counts as a dimension with any number of values. */
function withKeyAsDimension(fields: readonly FieldModel[], keyField: string): readonly FieldModel[] {
  return fields.map((field) =>
    field.name === keyField && field.dimension === null ? { ...field, dimension: { high: true } } : field,
  );
}

/** The key first where the user did not mark it, then in the order of the fields. */
function dimensionsOf(written: readonly FieldModel[], declared: readonly FieldModel[]): readonly FieldModel[] {
  const marked = new Set(written.flatMap((field) => (field.dimension === null ? [] : [field.name])));
  const dimensions = declared.filter((field) => field.dimension !== null);
  return [
    ...dimensions.filter((field) => !marked.has(field.name)),
    ...dimensions.filter((field) => marked.has(field.name)),
  ];
}

/** @money names a currency that is there whenever the amount is, and that can be grouped by, or sums could mix currencies unseen. */
function checkMoney(fields: CompiledFields): void {
  for (const { model, currency } of fields.compiled) {
    if (currency === null) continue;
    const wanted = { what: '@money(currency:)', types: ['CurrencyCode'], neverNull: !model.nullable } as const;
    const found = lookUpField(currency, wanted, fields);
    if (found === null || found.dimension !== null) continue;
    fields.mistakes.add(currency.node, {
      expected: `@money(currency:): a field with @dimension, so that ${model.name} can be grouped by it`,
      got: `${found.name} without it`,
    });
  }
}

/** Fields and measures meet in one row, as columns and as enum values: no two may be spelt alike. */
function claimSpellings(fields: CompiledFields, measures: readonly MeasureModel[]): Claims {
  const { mistakes } = fields;
  const spellings = new Claims();
  const nodes = new Map(fields.compiled.map((field) => [field.model.name, field.node.name]));
  for (const { node, model } of fields.compiled) {
    spellings.claim(enumName(model.name), `the field ${model.name}`, node.name, mistakes);
  }
  for (const measure of measures) {
    const at = nodes.get(measure.field?.name ?? '');
    if (at === undefined) continue;
    spellings.claim(measure.enumName, `the measure ${measure.name}`, at, mistakes);
  }
  for (const { node, model } of fields.compiled) {
    if (model.measure?.quantiles !== true) continue;
    spellings.claim(enumName(`${model.name}Quantiles`), `the quantiles of ${model.name}`, node.name, mistakes);
  }
  return spellings;
}

/** Two names that a row, or the list of what to order by, has already. */
function checkRowNames({ compiled, mistakes }: CompiledFields, dimensions: readonly FieldModel[]): void {
  for (const { node, model } of compiled) {
    if (model.name === 'id' && dimensions.some((field) => field.name === 'id')) {
      mistakes.add(node.name, {
        expected: 'a key or dimension by which events belong together (every row of an answer has an id of its own)',
        got: 'id',
      });
    }
    if (model.measure !== null && enumName(model.name) === 'TIME') {
      mistakes.add(node.name, { expected: 'a measure not called TIME (orderBy has that)', got: model.name });
    }
  }
}

/** The declaration with the enums it uses: it compiles by itself. */
function sdlOf(
  node: ObjectTypeDefinitionNode,
  fields: readonly FieldModel[],
  enumNodes: ReadonlyMap<string, EnumTypeDefinitionNode>,
): string {
  const enums = new Set(fields.flatMap((field) => (field.type === 'Enum' ? [field.typeName] : [])));
  const nodes = [node, ...[...enums].flatMap((name) => enumNodes.get(name) ?? [])];
  return nodes.map(sourceText).join('\n\n');
}
