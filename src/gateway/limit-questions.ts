import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  defaultFieldResolver,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { GatewayContext } from './context.ts';

/**
 * One operation asks so much and no more, however it is written: each of its questions may be as long as one may be, and all of them come at
 * once. Refused before anything is executed, with what was expected and what came.
 */
export const limitQuestions: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operation }) {
        const count = operation === undefined ? 0 : countQuestions(schema, document, operation);
        if (count <= QUESTIONS_MAX) return;
        const message = `expected at most ${QUESTIONS_MAX} questions in one operation (fields that are looked up, under whatever alias), got ${count}: send them in several operations`;
        throw new GraphQLError(message, { extensions: { code: 'TOO_EXPENSIVE', http: { status: 400 } } });
      },
    };
  },
};

/** A page of panels has some twenty. */
export const QUESTIONS_MAX = 50;

/**
 * How many fields of a valid operation are answered by a function of ours, as they are written; those of a mutation itself run one after the other
 * and are none. A fragment counts each time it is spread, and is walked through once.
 */
export function countQuestions(
  schema: GraphQLSchema,
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const root = schema.getRootType(operation.operation) ?? undefined;
  return countIn({ schema, fragments, counts: new Map() }, root, operation.selectionSet);
}

interface Counting {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly counts: Map<string, number>;
}

function countIn(counting: Counting, parent: GraphQLNamedType | undefined, { selections }: SelectionSetNode): number {
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      count += countInFragment(counting, selection.name.value);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const on = selection.typeCondition?.name.value;
      const type = on === undefined ? parent : counting.schema.getType(on);
      count += countIn(counting, type, selection.selectionSet);
    } else {
      const field = fieldOf(parent, selection.name.value);
      if (field === undefined) continue;
      if (isQuestion(counting.schema, parent, field)) count++;
      if (selection.selectionSet !== undefined)
        count += countIn(counting, getNamedType(field.type), selection.selectionSet);
    }
  }
  return count;
}

function countInFragment(counting: Counting, name: string): number {
  const known = counting.counts.get(name);
  const fragment = counting.fragments.get(name);
  if (known !== undefined || fragment === undefined) return known ?? 0;
  const type = counting.schema.getType(fragment.typeCondition.name.value);
  const count = countIn(counting, type, fragment.selectionSet);
  counting.counts.set(name, count);
  return count;
}

function fieldOf(parent: GraphQLNamedType | undefined, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

function isQuestion(
  schema: GraphQLSchema,
  parent: GraphQLNamedType | undefined,
  { resolve }: GraphQLField<unknown, unknown>,
): boolean {
  if (parent === schema.getMutationType() || parent === schema.getSubscriptionType()) return false;
  return resolve !== undefined && resolve !== defaultFieldResolver;
}
