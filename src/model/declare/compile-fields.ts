import type { ObjectTypeDefinitionNode } from 'graphql';
import type { FieldModel, FieldType } from '../event-model.ts';
import { type CompiledField, type CompileScope, compileField } from './compile-field.ts';
import { typeWords } from './field-types.ts';
import type { Mistakes } from './mistakes.ts';
import type { Written } from './read-directives.ts';

/** The fields of one type: those that compiled, and the names of all, so that a field with a mistake is not reported as missing too. */
export interface CompiledFields {
  readonly typeName: string;
  readonly compiled: readonly CompiledField[];
  readonly models: readonly FieldModel[];
  readonly names: readonly string[];
  readonly mistakes: Mistakes;
}

export function compileFields(node: ObjectTypeDefinitionNode, scope: CompileScope): CompiledFields {
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

/** What an argument that names a field asks of it. */
export interface WantedField {
  /** The argument, in the words of a message: @event(key:). */
  readonly what: string;
  readonly types: readonly FieldType[];
  readonly neverNull: boolean;
}

/** The field that an argument names. Null, and reported, where there is none or it does not serve. */
export function lookUpField(written: Written<string>, wanted: WantedField, fields: CompiledFields): FieldModel | null {
  const { mistakes } = fields;
  if (!fields.names.includes(written.value)) {
    mistakes.unknownName(written.node, {
      name: written.value,
      what: `${wanted.what}: a field of ${fields.typeName}`,
      allowed: fields.names,
    });
    return null;
  }
  const field = fields.models.find((model) => model.name === written.value);
  if (field === undefined) return null;
  const got = `${field.name}: ${field.typeName}`;
  if (!wanted.types.includes(field.type)) {
    mistakes.add(written.node, { expected: `${wanted.what}: a field of type ${typeWords(wanted.types)}`, got });
    return null;
  }
  if (wanted.neverNull && field.nullable) {
    const expected = `${wanted.what}: a field that is never null, ${field.name}: ${field.typeName}!`;
    mistakes.add(written.node, { expected, got });
    return null;
  }
  return field;
}
