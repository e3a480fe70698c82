import { type FieldNode, type GraphQLSchema, isNonNullType, Kind, type OperationDefinitionNode } from 'graphql';
import type { JudgedSubscription } from './hand-over-subscriptions.ts';

/**
 * The subscription from behind this cursor on, whatever it says itself: a browser's EventSource asks again with the very words it began with, and
 * says in a header how far it came. One whose field takes no cursor stays as it is: it begins with what is so now.
 */
export function resumedSubscription<Judged extends JudgedSubscription>(
  schema: GraphQLSchema,
  judged: Judged,
  cursor: string,
): Judged {
  const { document, operation } = judged;
  const field = fieldOf(operation);
  if (field === null || !takesCursor(schema, field)) return judged;
  const others = field.arguments?.filter(({ name }) => name.value !== AFTER) ?? [];
  const resumedField: FieldNode = {
    ...field,
    arguments: [
      ...others,
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: AFTER },
        value: { kind: Kind.STRING, value: cursor },
      },
    ],
  };
  const resumed = { ...operation, selectionSet: { ...operation.selectionSet, selections: [resumedField] } };
  const definitions = document.definitions.map((each) => (each === operation ? resumed : each));
  return { ...judged, operation: resumed, document: { ...document, definitions } };
}

/** The argument of a subscription's field that takes a cursor; a field that has it may be asked without. */
export const AFTER = 'after';

export function takesCursor(schema: GraphQLSchema, field: FieldNode): boolean {
  const known = schema.getSubscriptionType()?.getFields()[field.name.value];
  const after = known?.args.find(({ name }) => name === AFTER);
  return after !== undefined && !isNonNullType(after.type);
}

/** Where in a result the cursor behind it stands. */
export interface CursorPlace {
  readonly field: string;
  readonly cursor: string;
}

/** Null where the operation does not ask for it, or only inside of a fragment. */
export function cursorPlace(schema: GraphQLSchema, operation: OperationDefinitionNode): CursorPlace | null {
  const field = fieldOf(operation);
  if (field === null || !takesCursor(schema, field)) return null;
  for (const selected of field.selectionSet?.selections ?? []) {
    if (selected.kind !== Kind.FIELD || selected.name.value !== CURSOR) continue;
    return { field: nameIn(field), cursor: nameIn(selected) };
  }
  return null;
}

const CURSOR = 'cursor';

/** A subscription has one field. */
function fieldOf({ selectionSet }: OperationDefinitionNode): FieldNode | null {
  const [only] = selectionSet.selections;
  return only?.kind === Kind.FIELD ? only : null;
}

function nameIn({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
