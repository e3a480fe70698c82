import { type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo, getNamedType, isObjectType } from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { getArgumentValues } from 'graphql/execution/values.js';

/** A field that an operation asks for, below the one being resolved. */
export interface SelectedField {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What is asked for below it. */
  readonly fields: () => readonly SelectedField[];
}

/** What is asked for below the field being resolved, with fragments, aliases, @include and @skip taken into account as in execution. */
export function selectedFields(info: GraphQLResolveInfo): readonly SelectedField[] {
  return fieldsBelow(info, objectType(info.returnType), info.fieldNodes);
}

function fieldsBelow(
  info: GraphQLResolveInfo,
  type: GraphQLObjectType | null,
  nodes: readonly FieldNode[],
): readonly SelectedField[] {
  if (type === null) return [];
  const collected = collectSubfields(info.schema, info.fragments, info.variableValues, type, nodes);
  return [...collected.values()].flatMap((sameName) => {
    const [node] = sameName;
    const definition = node === undefined ? undefined : type.getFields()[node.name.value];
    if (node === undefined || definition === undefined) return [];
    return {
      name: node.name.value,
      args: getArgumentValues(definition, node, info.variableValues),
      fields: () => fieldsBelow(info, objectType(definition.type), sameName),
    };
  });
}

function objectType(type: GraphQLResolveInfo['returnType']): GraphQLObjectType | null {
  const named = getNamedType(type);
  return isObjectType(named) ? named : null;
}
