import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
  parse,
  print,
} from 'graphql';
import { LakegateError, REQUEST_ERROR_CODES } from '../../platform/errors.ts';
import { nearestName } from '../../platform/nearest-name.ts';
import { answerShown, errorBody } from '../answer-error.ts';
import { chosenParameter } from '../chosen-parameter.ts';
import { clientGone } from '../client-gone.ts';
import type { GatewayContext } from '../context.ts';
import { TOKENS_MAX } from '../graphql-door.ts';
import { bytesOf, takeJsonBodies } from '../json-bodies.ts';
import type { KeptOperations } from '../kept-operations.ts';
import { tooDeep } from '../limit-nesting.ts';
import type { PublicError } from '../public-error.ts';
import { type NamedQuery, OWN_PARAMETERS } from './named-queries.ts';
import { type QueryTable, queryTable, rowsOf } from './query-table.ts';
import { isRequired, queryVariables } from './query-variables.ts';
import { CONTENT_TYPES, ROW_FORMATS, type RowFormat, type WriteOptions, writeRows } from './write-rows.ts';

interface QueryRoutesOptions {
  readonly schema: GraphQLSchema;
  readonly queries: readonly NamedQuery[];
  readonly contextOf: (bytes: Uint8Array | null, gone?: AbortSignal) => GatewayContext;
  /** Without it every query is executed. */
  readonly keptOperations?: KeptOperations;
}

/**
 * Queries as files, for who speaks no GraphQL: `GET /q/<name>.<format>` for those that were written down, listed at `/q`, and
 * `POST /export?format=` for any. They run in the GraphQL door's own server, with its limits and plugins. A file is whole or it is an
 * HTTP error: nothing is sent before all rows are there.
 */
export async function addQueryRoutes(
  server: FastifyInstance,
  apollo: ApolloServer<GatewayContext>,
  options: QueryRoutesOptions,
): Promise<void> {
  server.get('/q', async () => ({ queries: options.queries.map(listed) }));
  await server.register(async (door) => {
    options.keptOperations?.install(door);
    door.get<{ Params: { file: string } }>('/q/:file', (request, reply) =>
      answerNamed(apollo, options, request, reply),
    );
  });
  await server.register(async (door) => {
    takeJsonBodies(door);
    options.keptOperations?.install(door);
    door.post('/export', (request, reply) => answerExport(apollo, options, request, reply));
  });
}

async function answerNamed(
  apollo: ApolloServer<GatewayContext>,
  options: QueryRoutesOptions,
  request: FastifyRequest<{ Params: { file: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { queries, schema } = options;
  const { name, format } = nameAndFormat(request.params.file);
  const query = queries.find((each) => each.name === name);
  if (query === undefined) return answerUnknown(reply, name, queries);
  const { searchParams } = new URL(request.url, 'http://localhost');
  const write = { format, numbers: numbersWanted(Object.fromEntries(searchParams)) };
  for (const own of OWN_PARAMETERS) searchParams.delete(own);
  const variables = queryVariables(schema, query.operation, searchParams);
  const asked = { query: query.text, variables, contextValue: contextOf(options, request, jsonIn(searchParams)) };
  return answerRows(apollo, reply, { ...asked, write, tableOf: () => query.table });
}

function contextOf(options: QueryRoutesOptions, request: FastifyRequest, bytes: Uint8Array | null): GatewayContext {
  const { keptOperations: kept } = options;
  return kept === undefined ? options.contextOf(bytes, clientGone(request)) : kept.contextOf(request, bytes);
}

/** `revenue.csv` → revenue, csv. */
function nameAndFormat(file: string): { readonly name: string; readonly format: RowFormat } {
  const dot = file.lastIndexOf('.');
  const format = ROW_FORMATS.find((each) => dot > 0 && each === file.slice(dot + 1));
  if (format !== undefined) return { name: file.slice(0, dot), format };
  const expected = ROW_FORMATS.map((each) => `.${each}`).join(', ');
  throw refused(`expected the name of a query and one of ${expected}, got ${JSON.stringify(file.slice(0, 100))}`);
}

function answerUnknown(reply: FastifyReply, name: string, queries: readonly NamedQuery[]): FastifyReply {
  const nearest = nearestName(
    name,
    queries.map((each) => each.name),
  );
  const hint = nearest === null ? '' : `; did you mean ${nearest}?`;
  const message = `expected one of the queries that /q lists, got ${JSON.stringify(name.slice(0, 100))}${hint}`;
  return reply.code(404).send(errorBody(refused(message)));
}

/** JSON in parameters is parsed like a body, so its numbers are looked at like those of a body. */
function jsonIn(parameters: URLSearchParams): Uint8Array {
  return Buffer.from([...parameters.values()].filter((text) => /^\s*[[{]/.test(text)).join('\n'));
}

async function answerExport(
  apollo: ApolloServer<GatewayContext>,
  options: QueryRoutesOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const parameters = request.query as Readonly<Record<string, unknown>>;
  const write = {
    format: chosenParameter(parameters, 'format', ['json', 'csv', 'ndjson', 'parquet']),
    numbers: numbersWanted(parameters),
  };
  const { query, variables, operationName } = readBody(request.body);
  const deep = tooDeep(query, variables);
  if (deep !== null) throw refused(deep);
  const document = parseQuery(query);
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== OperationTypeNode.QUERY) {
    throw refused(
      `expected one query${operationName === undefined ? '' : ` named ${operationName}`}, got none; only a query has rows`,
    );
  }
  return answerRows(apollo, reply, {
    query,
    variables,
    ...(operationName === undefined ? {} : { operationName }),
    contextValue: contextOf(options, request, bytesOf(request)),
    write,
    tableOf: () => queryTable(options.schema, document, operation),
  });
}

interface ExportBody {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

function readBody(body: unknown): ExportBody {
  if (typeof body !== 'object' || body === null || !('query' in body) || typeof body.query !== 'string') {
    throw refused('expected a JSON object {"query": …, "variables": …}, got no query');
  }
  const variables = 'variables' in body ? (body.variables ?? {}) : {};
  if (typeof variables !== 'object' || Array.isArray(variables)) throw refused('variables: expected a JSON object');
  const operationName = 'operationName' in body ? (body.operationName ?? undefined) : undefined;
  if (operationName !== undefined && typeof operationName !== 'string') throw refused('operationName: expected text');
  const named = operationName === undefined ? {} : { operationName };
  return { query: body.query, variables: { ...variables }, ...named };
}

function parseQuery(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens: TOKENS_MAX });
  } catch (error) {
    throw error instanceof GraphQLError ? refused(error.message) : error;
  }
}

interface AskedRows {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly contextValue: GatewayContext;
  readonly write: WriteOptions;
  /** Called when the query has been found valid. */
  readonly tableOf: () => QueryTable;
}

async function answerRows(
  apollo: ApolloServer<GatewayContext>,
  reply: FastifyReply,
  { contextValue, write, tableOf, ...asked }: AskedRows,
): Promise<FastifyReply> {
  const { body, http } = await apollo.executeOperation(asked, { contextValue });
  if (body.kind !== 'single') throw new Error('expected an answer in one piece');
  const [error] = body.singleResult.errors ?? [];
  if (error !== undefined) return answerShown(reply, shownError(error));
  const table = tableOrRefused(tableOf);
  const outcomes = http.headers.get('lakegate-cache');
  if (outcomes !== undefined) reply.header('Lakegate-Cache', outcomes);
  // What is kept here is never stale; what somebody keeps on the way would be.
  reply.header('Cache-Control', 'no-store');
  return reply.type(CONTENT_TYPES[write.format]).send(writeRows(table, rowsOf(table, body.singleResult.data), write));
}

function tableOrRefused(tableOf: () => QueryTable): QueryTable {
  try {
    return tableOf();
  } catch (error) {
    throw error instanceof GraphQLError ? refused(error.message) : error;
  }
}

/** The error of the answer as a route tells it. What GraphQL itself refuses has codes of GraphQL's and is a bad request here. */
function shownError({ message, path, extensions = {} }: GraphQLFormattedError): PublicError {
  const codes: readonly PublicError['code'][] = REQUEST_ERROR_CODES;
  const { retryAfterMs, errorId } = extensions;
  return {
    code: codes.find((each) => each === extensions.code) ?? 'BAD_REQUEST',
    message: path === undefined ? message : `${path.join('.')}: ${message}`,
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
    ...(typeof errorId === 'string' ? { errorId } : {}),
  };
}

function listed({ name, about, operation, table }: NamedQuery) {
  return {
    name,
    about,
    urls: ROW_FORMATS.map((format) => `/q/${name}.${format}`),
    parameters: (operation.variableDefinitions ?? []).map((definition) => ({
      name: definition.variable.name.value,
      type: print(definition.type),
      required: isRequired(definition),
      default: definition.defaultValue === undefined ? null : print(definition.defaultValue),
    })),
    columns: table.columns.map((column) => ({ name: column.name, type: column.type })),
  };
}

function numbersWanted(parameters: Readonly<Record<string, unknown>>): boolean {
  return chosenParameter(parameters, 'numbers', ['false', 'true']) === 'true';
}

function refused(message: string): LakegateError {
  return new LakegateError({ code: 'BAD_REQUEST', message });
}
