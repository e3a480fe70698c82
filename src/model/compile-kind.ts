import type { EnumTypeDefinitionNode, ObjectTypeDefinitionNode } from 'graphql';
import { Claims } from './claims.ts';
import { type CompiledField, type CompileScope, compileField } from './compile-field.ts';
import { compileMetrics } from './compile-metrics.ts';
import { compileRollups } from './compile-rollups.ts';
import type { FieldModel, FieldType, KindModel, MeasureModel } from './event-model.ts';
import { ID_TYPES, KEY_TYPES, oneOf } from './field-types.ts';
import { COUNT, measuresOf } from './measures-of.ts';
import type { Mistakes } from './mistakes.ts';
import { enumName, pluralDefault, singularName } from './names.ts';
import { type DirectiveRead, readDirectives, type Written } from './read-directives.ts';
import { sourceText } from './source-text.ts';

export interface CompiledKind {
  readonly node: ObjectTypeDefinitionNode;
  readonly model: KindModel;
}

/**
 * One type with @event becomes one kind. Mistakes are reported and stepped over, so that the rest is checked too; the model is only of
 * use when there were none.
 */
export function compileKind(
  node: ObjectTypeDefinitionNode,
  enumNodes: ReadonlyMap<string, EnumTypeDefinitionNode>,
  scope: CompileScope,
): CompiledKind | null {
  const { mistakes } = scope;
  checkShape(node, mistakes);
  const directives = readDirectives(node.directives ?? [], 'type', mistakes);
  const fields = compileFields(node, scope);
  const [event] = directives.event;
  if (event === undefined) {
    const tried = node.directives?.some((directive) => directive.name.value === 'event') ?? false;
    if (!tried) mistakes.add(node.name, { expected: `@event(key: …) on type ${node.name.value}`, got: 'none' });
    return null;
  }
  const parts = compileEvent(event, fields);
  const declared = withKeyAsDimension(fields.models, parts.keyField);
  const typeName = node.name.value;
  const dimensions = dimensionsOf(fields.models, declared, parts.keyField);
  const fieldMeasures = [COUNT, ...declared.flatMap(measuresOf)];
  const spellings = claimSpellings(fields, fieldMeasures);
  const whereScope = { typeName, fields: declared, enums: scope.enums, mistakes };
  const model: KindModel = {
    typeName,
    kind: enumName(typeName),
    singular: singularName(typeName),
    plural: event.plural?.value ?? pluralDefault(typeName),
    description: node.description?.value ?? null,
    sdl: sdlOf(node, declared, enumNodes),
    fields: declared,
    ...parts,
    from: event.from?.value ?? null,
    keepRaw: compileKeepRaw(event, mistakes),
    dimensions,
    measures: [...fieldMeasures, ...compileMetrics(directives.metric, fieldMeasures, spellings, whereScope)],
    rollups: compileRollups(directives.rollup, {
      typeName,
      fields: declared,
      dimensions,
      written: fields.names,
      mistakes,
    }),
  };
  checkMoney({ ...fields, models: declared });
  return { node, model };
}

function checkShape(node: ObjectTypeDefinitionNode, mistakes: Mistakes): void {
  const [implemented] = node.interfaces ?? [];
  if (implemented === undefined) return;
  mistakes.add(implemented, {
    expected: 'a type without interfaces (Event is added by itself)',
    got: `implements ${implemented.name.value}`,
  });
}

/** The fields of one type: those that compiled, and the names of all, so that a field with a mistake is not reported as missing too. */
interface CompiledFields {
  readonly typeName: string;
  readonly compiled: readonly CompiledField[];
  readonly models: readonly FieldModel[];
  readonly names: readonly string[];
  readonly mistakes: Mistakes;
}

function compileFields(node: ObjectTypeDefinitionNode, scope: CompileScope): CompiledFields {
  const compiled: CompiledField[] = [];
  const names = new Set<string>();
  for (const fieldNode of node.fields ?? []) {
    const name = fieldNode.name.value;
    if (names.has(name)) {
      scope.mistakes.add(fieldNode.name, { expected: `the field ${name} once`, got: 'a second one' });
      continue;
    }
    names.add(name);
    const field = compileField(fieldNode, scope);
    if (field !== null) compiled.push(field);
  }
  const models = compiled.map((field) => field.model);
  return { typeName: node.name.value, compiled, models, names: [...names], mistakes: scope.mistakes };
}

/** The field that an argument names; null, and reported, where there is none or its type does not serve. */
function lookUp(
  written: Written<string>,
  wanted: { readonly what: string; readonly types: readonly FieldType[]; readonly required: boolean },
  fields: CompiledFields,
): FieldModel | null {
  if (!fields.names.includes(written.value)) {
    fields.mistakes.unknownName(written.node, {
      name: written.value,
      what: `${wanted.what}: a field of ${fields.typeName}`,
      allowed: fields.names,
    });
    return null;
  }
  const field = fields.models.find((model) => model.name === written.value);
  if (field === undefined) return null;
  if (!wanted.types.includes(field.type)) {
    const words = oneOf(wanted.types.map((type) => (type === 'Enum' ? 'an enum' : type)));
    fields.mistakes.add(written.node, {
      expected: `${wanted.what}: a field of type ${words}`,
      got: `${field.name}: ${field.typeName}`,
    });
  } else if (wanted.required && field.nullable) {
    fields.mistakes.add(written.node, {
      expected: `${wanted.what}: a field that is never null, ${field.typeName}!`,
      got: `${field.name}: ${field.typeName}`,
    });
  }
  return field;
}

function compileEvent(
  event: DirectiveRead<'event'>,
  fields: CompiledFields,
): { readonly keyField: string; readonly idFields: readonly string[]; readonly timeField: string } {
  const ids = event.id ?? [{ value: 'id', node: event.node }];
  const time = event.time ?? { value: 'occurredAt', node: event.node };
  lookUp(event.key, { what: '@event(key:)', types: KEY_TYPES, required: true }, fields);
  lookUp(time, { what: '@event(time:)', types: ['DateTime'], required: false }, fields);
  const seen = new Set<string>();
  for (const id of ids) {
    lookUp(id, { what: '@event(id:)', types: ID_TYPES, required: true }, fields);
    if (seen.has(id.value))
      fields.mistakes.add(id.node, { expected: `${id.value} once in @event(id:)`, got: 'a second one' });
    seen.add(id.value);
  }
  if (ids.length === 0)
    fields.mistakes.add(event.node, { expected: '@event(id:): at least one field', got: 'an empty list' });
  return { keyField: event.key.value, idFields: ids.map((id) => id.value), timeField: time.value };
}

/** s, m and h are lengths; d, w, mo, q and y calendar steps. */
const DURATION = /^[1-9]\d{0,8}(?:s|m|h|d|w|mo|q|y)$/;

function compileKeepRaw(event: DirectiveRead<'event'>, mistakes: Mistakes): string | null {
  const { keepRaw } = event;
  if (keepRaw === undefined) return null;
  if (!DURATION.test(keepRaw.value)) {
    mistakes.add(keepRaw.node, {
      expected: 'keepRaw: a duration like "90d" (s, m, h, d, w, mo, q, y)',
      got: JSON.stringify(keepRaw.value),
    });
  }
  return keepRaw.value;
}

/** The key can always be grouped by. Where the user did not mark it, it counts as a dimension with any number of values. */
function withKeyAsDimension(fields: readonly FieldModel[], keyField: string): readonly FieldModel[] {
  return fields.map((field) =>
    field.name === keyField && field.dimension === null ? { ...field, dimension: { high: true } } : field,
  );
}

function dimensionsOf(
  written: readonly FieldModel[],
  declared: readonly FieldModel[],
  keyField: string,
): readonly FieldModel[] {
  const unmarkedKeys = written
    .filter((field) => field.name === keyField && field.dimension === null)
    .map((field) => field.name);
  const isUnmarkedKey = (field: FieldModel) => unmarkedKeys.includes(field.name);
  const dimensions = declared.filter((field) => field.dimension !== null);
  return [...dimensions.filter(isUnmarkedKey), ...dimensions.filter((field) => !isUnmarkedKey(field))];
}

/** @money names a currency that is always there when the amount is, and that can be grouped by, or sums could mix currencies unseen. */
function checkMoney(fields: CompiledFields): void {
  for (const { model, currency } of fields.compiled) {
    if (currency === null) continue;
    const found = lookUp(
      currency,
      { what: '@money(currency:)', types: ['CurrencyCode'], required: !model.nullable },
      fields,
    );
    if (found === null || found.type !== 'CurrencyCode' || found.dimension !== null) continue;
    fields.mistakes.add(currency.node, {
      expected: `@money(currency:): a field with @dimension, so that ${model.name} can be grouped by it`,
      got: `${found.name} without it`,
    });
  }
}

/** Fields and measures meet in one row, as columns and as enum values: no two may be spelt alike. */
function claimSpellings(fields: CompiledFields, measures: readonly MeasureModel[]): Claims {
  const spellings = new Claims(fields.mistakes);
  const nodes = new Map(fields.compiled.map((field) => [field.model.name, field.node.name]));
  for (const { node, model } of fields.compiled) {
    spellings.claim(node.name, enumName(model.name), `the field ${model.name}`);
    if (model.measure !== null && enumName(model.name) === 'TIME') {
      fields.mistakes.add(node.name, {
        expected: 'a measure not called TIME (orderBy has that already)',
        got: model.name,
      });
    }
  }
  for (const measure of measures) {
    const at = nodes.get(measure.field?.name ?? '');
    if (at !== undefined) spellings.claim(at, measure.enumName, `the measure ${measure.name}`);
  }
  return spellings;
}

/** The declaration alone, with the enums it uses: it compiles by itself. */
function sdlOf(
  node: ObjectTypeDefinitionNode,
  fields: readonly FieldModel[],
  enumNodes: ReadonlyMap<string, EnumTypeDefinitionNode>,
): string {
  const enums = new Set(fields.flatMap((field) => (field.type === 'Enum' ? [field.typeName] : [])));
  const nodes = [node, ...[...enums].flatMap((name) => enumNodes.get(name) ?? [])];
  return nodes.map(sourceText).join('\n\n');
}
