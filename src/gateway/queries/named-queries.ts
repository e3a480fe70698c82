import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  Source,
  validate,
} from 'graphql';
import { LakegateError } from '../../platform/errors.ts';
import { type QueryTable, queryTable } from './query-table.ts';

/** A query that somebody wrote down in a file: its name is its URL, its variables are the parameters. */
export interface NamedQuery {
  readonly name: string;
  /** The comment at the head of the file. */
  readonly about: string;
  readonly text: string;
  readonly operation: OperationDefinitionNode;
  readonly table: QueryTable;
}

export interface QueriesFolder {
  readonly dir: string;
  /** False: where there is no such folder there are no queries. */
  readonly mustExist: boolean;
}

export interface QueryFile {
  readonly path: string;
  /** Of the query. */
  readonly name: string;
  readonly text: string;
}

/** The *.graphql files of a folder, by name; or BAD_CONFIG if it cannot be read. */
export function readQueryFiles(folder: QueriesFolder): readonly QueryFile[] {
  return filesOf(folder).map((file) => {
    const path = join(folder.dir, file);
    return { path, name: basename(path, '.graphql'), text: readFileSync(path, 'utf8') };
  });
}

/** Each proven to be a query of this schema that gives a table; or BAD_CONFIG with every mistake. */
export function namedQueries(files: readonly QueryFile[], schema: GraphQLSchema): readonly NamedQuery[] {
  const mistakes: string[] = [];
  const queries: NamedQuery[] = [];
  for (const file of files) {
    try {
      queries.push(namedQuery(file, schema));
    } catch (error) {
      if (!(error instanceof InvalidQuery)) throw error;
      mistakes.push(...error.errors.map((each) => described(file.path, each)));
    }
  }
  if (mistakes.length === 0) return queries;
  throw new LakegateError({
    code: 'BAD_CONFIG',
    message: `${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'} in the named queries:\n${mistakes.join('\n')}`,
  });
}

/** Sorted by name, so that the list is the same on every file system. */
function filesOf({ dir, mustExist }: QueriesFolder): readonly string[] {
  try {
    const names = readdirSync(dir);
    return names.filter((name) => name.endsWith('.graphql')).sort();
  } catch (cause) {
    if (!mustExist && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new LakegateError({
      code: 'BAD_CONFIG',
      message: `LAKEGATE_QUERIES_DIR: expected a folder of *.graphql files at ${dir}, got none that can be read`,
      cause,
    });
  }
}

/** What is wrong with one file. */
class InvalidQuery extends Error {
  readonly errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super('invalid query');
    this.errors = errors;
  }
}

function namedQuery({ path, name, text }: QueryFile, schema: GraphQLSchema): NamedQuery {
  const errorsAsOne = <Value>(work: () => Value): Value => {
    try {
      return work();
    } catch (error) {
      throw error instanceof GraphQLError ? new InvalidQuery([error]) : error;
    }
  };
  const document = errorsAsOne(() => parse(new Source(text, path)));
  const invalid = validate(schema, document);
  if (invalid.length > 0) throw new InvalidQuery(invalid);
  return errorsAsOne(() => {
    const operation = onlyQuery(document);
    checkNames(name, operation);
    return { name, about: aboutOf(text), text, operation, table: queryTable(schema, document, operation) };
  });
}

function onlyQuery({ definitions }: DocumentNode): OperationDefinitionNode {
  const operations = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const [operation, second] = operations;
  if (operation === undefined || second !== undefined) {
    const options = second === undefined ? {} : { nodes: second };
    throw new GraphQLError(`expected one operation, got ${operations.length}`, options);
  }
  if (operation.operation === OperationTypeNode.QUERY) return operation;
  throw new GraphQLError(`expected a query, got a ${operation.operation}`, { nodes: operation });
}

/** Parameters of the URL that are not the query's. */
export const OWN_PARAMETERS: readonly string[] = ['numbers'];

function checkNames(name: string, operation: OperationDefinitionNode): void {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw new GraphQLError(`expected a file name of up to 64 letters, digits, - and _, got ${JSON.stringify(name)}`);
  }
  const taken = operation.variableDefinitions?.find((each) => OWN_PARAMETERS.includes(each.variable.name.value));
  if (taken === undefined) return;
  const own = taken.variable.name.value;
  throw new GraphQLError(`expected another name than $${own}, because ?${own} says how rows are written`, {
    nodes: taken,
  });
}

function aboutOf(text: string): string {
  const head = /^(?:\s*#[^\n]*\n)+/.exec(text)?.[0] ?? '';
  return head
    .split('\n')
    .map((line) => line.replace(/^\s*#\s?/, '').trim())
    .filter((line) => line !== '')
    .join(' ');
}

/** `queries/revenue.graphql:4:3 Cannot query field "revenu" …` */
function described(path: string, { message, locations }: GraphQLError): string {
  const { line, column } = locations?.[0] ?? { line: 1, column: 1 };
  return `${path}:${line}:${column} ${message}`;
}
