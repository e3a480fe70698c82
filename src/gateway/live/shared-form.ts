import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, visit } from 'graphql';
import { AFTER, takesCursor } from './resumed-subscription.ts';

/**
 * A subscription without its name and without the `after` of its root fields: neither has a part in what an update looks like. So readers that came
 * back after a restart, each with a cursor of its own, have one rendering with all others.
 */
export function sharedForm(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode {
  const selections = operation.selectionSet.selections.map((selection) => {
    if (selection.kind !== Kind.FIELD || !takesCursor(schema, selection)) return selection;
    return { ...selection, arguments: selection.arguments?.filter(({ name }) => name.value !== AFTER) ?? [] };
  });
  const { name: _name, ...unnamed } = operation;
  const stripped = { ...unnamed, selectionSet: { ...operation.selectionSet, selections } };
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const used = usedVariables([stripped, ...fragments]);
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value));
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ ...stripped, variableDefinitions: variableDefinitions ?? [] }, ...fragments],
  };
}

function usedVariables(definitions: DocumentNode['definitions']): ReadonlySet<string> {
  const used = new Set<string>();
  visit(
    { kind: Kind.DOCUMENT, definitions },
    {
      VariableDefinition: () => false,
      Variable(variable) {
        used.add(variable.name.value);
      },
    },
  );
  return used;
}
