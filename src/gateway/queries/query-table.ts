import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  TypeNameMetaFieldDef,
} from 'graphql';

/** The answer of a query as a table. It follows from schema and query alone, so an answer without rows has the same columns. */
export interface QueryTable {
  /** The way down from `data`: `transactionMetrics`, `rows`. */
  readonly rowsAt: readonly string[];
  readonly columns: readonly Column[];
}

export interface Column {
  /** The names on the way from the row, with underscores between: `previous_revenue`. */
  readonly name: string;
  readonly path: readonly string[];
  /** As the schema writes it: `SafeInt!`. */
  readonly type: string;
  /** Exact text that is a number to whoever asks for numbers. */
  readonly decimal: boolean;
}

export type Row = Readonly<Record<string, unknown>>;

/**
 * Finds rows and columns of a valid query. It has one field at its root, and the rows are that field's list; or its `rows`, `nodes` or
 * `edges`; or the only list of objects in it; or, where there is none, the field itself as one row. What stands beside the rows is left
 * out. Throws a GraphQLError, which knows its line, where that finds nothing or more than one thing.
 */
export function queryTable(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): QueryTable {
  const read: Reading = { schema, fragments: fragmentsOf(document) };
  const [root, ...others] = fieldsIn(read, schema.getQueryType() ?? null, operation.selectionSet.selections);
  if (root === undefined || others.length > 0) {
    throw new GraphQLError(`expected one field at the root, because its rows are the table, got ${1 + others.length}`, {
      nodes: operation,
    });
  }
  const list = listOfRows(read, root, operation);
  const rows = list ?? root;
  const columns = columnsOf(read, rows, { names: [], path: [] });
  refuseEqualNames(columns, operation);
  return { rowsAt: list === null ? [root.key] : [root.key, list.key], columns };
}

/** The rows in the data of an answer. Null on the way is no rows. */
export function rowsOf({ rowsAt }: QueryTable, data: unknown): readonly Row[] {
  const value = valueAt(data, rowsAt);
  return (Array.isArray(value) ? value : [value]).filter(isRow);
}

/** What stands in a row under a column. Null on the way is null. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const name of path) at = isRow(at) ? at[name] : null;
  return at ?? null;
}

interface Reading {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** One field of the answer: everything the query selects under the same name, wherever it is written. */
interface AnswerField {
  readonly key: string;
  readonly name: string;
  readonly type: GraphQLOutputType;
  readonly selections: readonly SelectionNode[];
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((each) => [each.name.value, each]));
}

function listOfRows(read: Reading, root: AnswerField, operation: OperationDefinitionNode): AnswerField | null {
  const type = getNullableType(root.type);
  if (isListType(type)) return null;
  const lists = fieldsIn(read, getNamedType(type), root.selections).filter(isListOfObjects);
  const named = lists.find(({ name }) => ROWS.includes(name));
  if (named !== undefined) return named;
  if (lists.length <= 1) return lists[0] ?? null;
  throw new GraphQLError(
    `expected one list in ${root.key} to be the rows of the table, got ${lists.map(({ key }) => key).join(', ')}`,
    { nodes: operation },
  );
}

const ROWS: readonly string[] = ['rows', 'nodes', 'edges'];

function isListOfObjects({ type }: AnswerField): boolean {
  return isListType(getNullableType(type)) && isCompositeType(getNamedType(type));
}

interface Place {
  readonly names: readonly string[];
  readonly path: readonly string[];
}

/** An object in a row adds the columns it has; a list in a row is one column. The `node` of an edge is what the row is about: no prefix. */
function columnsOf(read: Reading, row: AnswerField, place: Place): readonly Column[] {
  return fieldsIn(read, getNamedType(row.type), row.selections).flatMap((field) => {
    const path = [...place.path, field.key];
    const type = getNullableType(field.type);
    if (isCompositeType(type)) {
      return columnsOf(read, field, { names: field.name === 'node' ? place.names : [...place.names, field.key], path });
    }
    const decimal = !isListType(type) && getNamedType(type).name === 'Decimal';
    return [{ name: [...place.names, field.key].join('_'), path, type: String(field.type), decimal }];
  });
}

function refuseEqualNames(columns: readonly Column[], operation: OperationDefinitionNode): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new GraphQLError(`expected columns of different names, got ${twice} twice; give one an alias`, {
    nodes: operation,
  });
}

function fieldsIn(read: Reading, parent: unknown, selections: readonly SelectionNode[]): readonly AnswerField[] {
  const fields = new Map<string, AnswerField>();
  for (const field of eachField(read, parent, selections)) {
    const before = fields.get(field.key);
    const merged = before === undefined ? field.selections : [...before.selections, ...field.selections];
    fields.set(field.key, { ...field, selections: merged });
  }
  return [...fields.values()];
}

/** A valid query has no fragment inside itself, so this ends. */
function* eachField(read: Reading, parent: unknown, selections: readonly SelectionNode[]): Generator<AnswerField> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const name = selection.name.value;
      const type = typeOfField(parent, name);
      const key = selection.alias?.value ?? name;
      if (type !== null) yield { key, name, type, selections: selection.selectionSet?.selections ?? [] };
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? read.fragments.get(selection.name.value) : selection;
    const on = fragment?.typeCondition?.name.value;
    const type = on === undefined ? parent : read.schema.getType(on);
    yield* eachField(read, type, fragment?.selectionSet.selections ?? []);
  }
}

function typeOfField(parent: unknown, name: string): GraphQLOutputType | null {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef.type;
  return isObjectType(parent) || isInterfaceType(parent) ? (parent.getFields()[name]?.type ?? null) : null;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
