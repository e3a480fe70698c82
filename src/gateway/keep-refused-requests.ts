import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import {
  coerceInputValue,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  isInputType,
  type OperationDefinitionNode,
  Kind as Syntax,
  typeFromAST,
  visit,
} from 'graphql';
import type { EventModel, KindModel } from '../model/event-model.ts';
import { rootFieldsOf } from '../model/names.ts';
import { describeValue, type Rejection } from '../model/validate/rejection.ts';
import type { Logger } from '../platform/telemetry.ts';
import type { GatewayContext } from './context.ts';

/** An ingest that GraphQL refused before any resolver saw an event: a variable that does not fit its type, or an inline value. */
export interface RefusedRequest {
  readonly tenant: string;
  /** Null where the request names more than one kind. */
  readonly kind: KindModel | null;
  /** The body, as it came. */
  readonly bytes: Uint8Array;
  readonly rejection: Rejection;
}

/**
 * Keeps the ingests that GraphQL itself refuses, so that nothing sent is dropped in silence. It never changes the answer and never
 * fails the request: where keeping does not work (a full disk), the log says so, and the client has its error all the same.
 */
export function keepRefusedRequests(
  model: EventModel,
  keep: (request: RefusedRequest) => Promise<void>,
  logger: Logger,
): ApolloServerPlugin<GatewayContext> {
  const kindByField = new Map(model.kinds.map((kind) => [rootFieldsOf(kind).ingest, kind]));
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors(context) {
          const refused = refusedRequest(context, kindByField);
          if (refused === null) return;
          await keep(refused).catch((error: unknown) =>
            logger.warn({ err: error }, 'a refused request could not be kept'),
          );
        },
      };
    },
  };
}

type Request = Pick<GraphQLRequestContext<GatewayContext>, 'document' | 'request' | 'schema' | 'contextValue'> & {
  readonly errors?: readonly GraphQLError[];
  readonly operation?: OperationDefinitionNode | null;
};

function refusedRequest(request: Request, kindByField: ReadonlyMap<string, KindModel>): RefusedRequest | null {
  const error = request.errors?.find((each) => REFUSED_BY_GRAPHQL.has(String(each.extensions.code)));
  const { document, contextValue } = request;
  if (error === undefined || document === undefined || contextValue.bytes === null) return null;
  const kinds = ingestedKinds(document, kindByField);
  if (kinds.size === 0) return null;
  const [first = null] = kinds;
  return {
    tenant: contextValue.tenant,
    kind: kinds.size === 1 ? first : null,
    bytes: contextValue.bytes,
    rejection: variableFault(request) ?? { code: 'WRONG_TYPE', pointer: '', expected: error.message, got: null },
  };
}

const REFUSED_BY_GRAPHQL: ReadonlySet<string> = new Set(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']);

function ingestedKinds(document: DocumentNode, kindByField: ReadonlyMap<string, KindModel>): ReadonlySet<KindModel> {
  const kinds = new Set<KindModel>();
  visit(document, {
    Field(field) {
      const kind = kindByField.get(field.name.value);
      if (kind !== undefined) kinds.add(kind);
    },
  });
  return kinds;
}

/** Where in the variables it went wrong. GraphQL says it in a sentence only, so the variables are coerced once more, listening. */
function variableFault({ operation, request, schema }: Request): Rejection | null {
  for (const definition of operation?.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const fault = firstFault(schema, definition.type, request.variables?.[name], ['variables', name]);
    if (fault !== null) return fault;
  }
  return null;
}

type TypeSyntax = NonNullable<OperationDefinitionNode['variableDefinitions']>[number]['type'];

function firstFault(
  schema: GraphQLSchema,
  syntax: TypeSyntax,
  value: unknown,
  at: readonly (string | number)[],
): Rejection | null {
  if (value === undefined && syntax.kind !== Syntax.NON_NULL_TYPE) return null;
  const type = typeFromAST(schema, syntax);
  if (!isInputType(type)) return null;
  let fault: Rejection | null = null;
  coerceInputValue(value, type, (path, got, error) => {
    fault ??= {
      code: 'WRONG_TYPE',
      pointer: pointer([...at, ...path]),
      expected: error.message,
      got: got === undefined ? null : describeValue(got),
    };
  });
  return fault;
}

function pointer(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
