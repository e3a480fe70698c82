import { type FieldDefinitionNode, Kind, print, type TypeNode } from 'graphql';
import type { EnumModel, FieldModel, FieldType } from '../event-model.ts';
import { compileConstraint } from './compile-constraint.ts';
import { DIMENSION_TYPES, FIELD_TYPES, NUMBER_TYPES, typeWords } from './field-types.ts';
import type { Mistakes } from './mistakes.ts';
import { type DirectivesRead, readDirectives, type Written } from './read-directives.ts';
import { RESERVED_CONNECTIVES, RESERVED_FIELDS } from './reserved-names.ts';

/** What the compiler knows besides the definition at hand. */
export interface CompileScope {
  readonly enums: ReadonlyMap<string, EnumModel>;
  /** Enums and kinds, to tell a nested object from a type that does not exist. */
  readonly typeNames: ReadonlySet<string>;
  /** False when a file could not be parsed: then a type that is missing may well be in it. */
  readonly complete: boolean;
  readonly mistakes: Mistakes;
}

export interface CompiledField {
  readonly node: FieldDefinitionNode;
  readonly model: FieldModel;
  /** The field that @money names, to be looked up when all fields are known. */
  readonly currency: Written<string> | null;
}

/** Null when the type makes no sense; every mistake is reported. */
export function compileField(node: FieldDefinitionNode, scope: CompileScope): CompiledField | null {
  const { mistakes } = scope;
  checkName(node, mistakes);
  if (node.arguments !== undefined && node.arguments.length > 0) {
    mistakes.add(node.arguments[0] ?? node, {
      expected: 'a field without arguments',
      got: `arguments of ${node.name.value}`,
    });
  }
  const directives = readDirectives(node.directives ?? [], 'field', mistakes);
  const type = compileType(node.type, scope);
  if (type === null) return null;
  checkUses(type.type, type.typeName, directives, mistakes);
  const [money] = directives.money;
  const model: FieldModel = {
    name: node.name.value,
    ...type,
    description: node.description?.value ?? null,
    dimension: directives.dimension[0] === undefined ? null : { high: directives.dimension[0].high?.value ?? false },
    measure:
      directives.measure[0] === undefined ? null : { quantiles: directives.measure[0].quantiles?.value ?? false },
    distinct: directives.distinct.length > 0,
    money: money === undefined ? null : { currencyField: money.currency.value },
    constraint: compileConstraint(directives.constraint[0] ?? null, type.type, mistakes),
    searchable: directives.searchable.length > 0,
  };
  return { node, model, currency: money?.currency ?? null };
}

function checkName(node: FieldDefinitionNode, mistakes: Mistakes): void {
  const name = node.name.value;
  if (name.startsWith('_')) {
    mistakes.add(node.name, { expected: 'a name that does not begin with "_" (those are the product\'s)', got: name });
  } else if (RESERVED_FIELDS.includes(name) || RESERVED_CONNECTIVES.includes(name)) {
    const reserved = [...RESERVED_FIELDS, ...RESERVED_CONNECTIVES].join(', ');
    mistakes.add(node.name, { expected: `a name that is not reserved (${reserved})`, got: name });
  }
}

function compileType(
  node: TypeNode,
  scope: CompileScope,
): { readonly type: FieldType; readonly typeName: string; readonly nullable: boolean } | null {
  const nullable = node.kind !== Kind.NON_NULL_TYPE;
  const named = node.kind === Kind.NON_NULL_TYPE ? node.type : node;
  if (named.kind === Kind.LIST_TYPE) {
    scope.mistakes.add(node, { expected: 'a single value (an event has no lists)', got: print(node) });
    return null;
  }
  const typeName = named.name.value;
  const scalar = FIELD_TYPES.find((name) => name === typeName);
  if (scalar !== undefined) return { type: scalar, typeName, nullable };
  if (scope.enums.has(typeName)) return { type: 'Enum', typeName, nullable };
  if (scope.typeNames.has(typeName)) {
    scope.mistakes.add(node, { expected: 'a single value (an event has no nested objects)', got: typeName });
  } else if (scope.complete) {
    scope.mistakes.unknownName(node, {
      name: typeName,
      what: 'a type of value',
      allowed: [...FIELD_TYPES, ...scope.enums.keys()],
    });
  }
  return null;
}

/** Which types of field each directive makes sense on; @constraint has rules of its own for each argument. */
const USES: readonly (readonly [Exclude<keyof DirectivesRead, 'constraint'>, readonly FieldType[]])[] = [
  ['dimension', DIMENSION_TYPES],
  ['distinct', DIMENSION_TYPES],
  ['measure', NUMBER_TYPES],
  ['money', ['Decimal']],
  ['searchable', ['String']],
];

function checkUses(type: FieldType, typeName: string, directives: DirectivesRead, mistakes: Mistakes): void {
  for (const [name, allowed] of USES) {
    const [used] = directives[name];
    if (used === undefined || allowed.includes(type)) continue;
    mistakes.add(used.node, { expected: `@${name} on a field of type ${typeWords(allowed)}`, got: typeName });
  }
}
