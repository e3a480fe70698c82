import { type EngineError, refused } from '../engine/engine-error.ts';
import { ALLOWED_TABLE_FUNCTIONS, isAllowedFunction } from './allowed-functions.ts';

/**
 * Judges a statement by the engine's own reading of it (EXPLAIN AST): throws where anything in it is not known to be harmless. What is not
 * named here is refused, parts of the tree included, so that syntax which a later engine brings is refused until somebody has read about it.
 *
 *   SelectWithUnionQuery (children 1)          one line a node, a blank for each step down
 *    ExpressionList (children 1)
 *     SelectQuery (children 2)
 *      …   Function count (alias n) (children 1)
 *      …   TableIdentifier analytics.transactions (alias t)
 */
export function judgeTree(tree: string, readable: Readable): void {
  const path: Node[] = [];
  const nodes = tree
    .split('\n')
    .filter((line) => line !== '')
    .map(readNode);
  for (const node of nodes) {
    path.length = Math.min(path.length, node.depth);
    judgeNode(node, path, readable);
    path[node.depth] = node;
    const parent = path[node.depth - 1];
    if (parent !== undefined) parent.childrenSeen += 1;
  }
  const tables = nodes.filter(({ label }) => label === 'TableIdentifier').map(({ name }) => qualified(name, readable));
  if (tables.some((table) => WITH_PATHS.test(table))) refusePaths(nodes);
}

export interface Readable {
  /** By name: every table in it, or these. */
  readonly databases: ReadonlyMap<string, 'all' | ReadonlySet<string>>;
  /** The session's own database: where a name alone is looked for. */
  readonly current: string;
}

interface Node {
  readonly depth: number;
  readonly label: string;
  /** What stands behind the label: the name of a function or a table. Of a literal it may be cut, where its text looks like an alias. */
  readonly name: string;
  readonly line: string;
  readonly children: number;
  childrenSeen: number;
}

function readNode(line: string): Node {
  const [, blanks = '', label = '', name = '', children = '0'] = NODE.exec(line) ?? [];
  if (label === '') throw notKnown(line);
  return { depth: blanks.length, label, name, line, children: Number(children), childrenSeen: 0 };
}

const NODE = /^( *)([\w:]+)(?: (.*?))?(?: \(alias .*\))?(?: \(children (\d+)\))?$/;

function judgeNode(node: Node, path: readonly Node[], readable: Readable): void {
  const { label, name, depth } = node;
  const parent = path[depth - 1];
  if (parent === undefined && !ROOTS.has(label)) throw notKnown(label);
  if (isType(path, depth)) judgeType(node);
  switch (label) {
    case 'Function':
      judgeFunction(node, path);
      break;
    case 'TableIdentifier':
      judgeTable(name, readable);
      break;
    case 'Identifier':
      // After IN a name is a table. In SHOW CREATE and EXISTS names are children too, judged with their statement.
      if (isSetOfIn(path, depth)) judgeSetOfIn(name, readable);
      break;
    case 'Literal':
      if (isStructure(path, depth)) judgeType(node);
      break;
    case 'Set':
      // What a SETTINGS clause says the tree does not show; words have taken it out. These are the options of EXPLAIN.
      if (parent?.label !== 'Explain') throw notKnown('SETTINGS in this place');
      break;
    case 'Explain':
      if (!EXPLAINS.has(name)) throw notKnown(name);
      break;
    case 'ShowCreateTableQuery':
    case 'ShowCreateViewQuery':
    case 'ExistsTableQuery':
    case 'ExistsViewQuery':
      judgeTable(name.trim().replace(' ', '.'), readable);
      break;
    default:
      if (!HARMLESS.has(label) && !ROOTS.has(label)) throw notKnown(label);
  }
}

function judgeFunction({ name, depth }: Node, path: readonly Node[]): void {
  const lower = name.toLowerCase();
  const inPlaceOfTable = path[depth - 1]?.label === 'TableExpression';
  if (inPlaceOfTable) {
    if (!ALLOWED_TABLE_FUNCTIONS.has(lower)) throw notAllowed(`the table function ${name}`);
    return;
  }
  if (!isAllowedFunction(name)) throw notAllowed(`the function ${name}`);
  // `x IN format(…)` calls the table function of that name.
  if (lower === 'format' && isSetOfIn(path, depth)) throw notAllowed(`the table function ${name}`);
}

/** The second argument of IN: of `Function in` it is the second child of its first child. */
function isSetOfIn(path: readonly Node[], depth: number): boolean {
  const list = path[depth - 1];
  const call = path[depth - 2];
  return list?.label === 'ExpressionList' && list.childrenSeen > 0 && call?.label === 'Function' && IN.test(call.name);
}

const IN = /in$/i;

/** All columns of a table would be compared, also those that may not be read by name: only of the tables made for people. */
function judgeSetOfIn(name: string, readable: Readable): void {
  judgeTable(name, readable);
  if (qualified(name, readable).startsWith('system.')) {
    throw refused('ACCESS_DENIED', `Expected a subquery after IN, got ${name.slice(0, 200)}`);
  }
}

/**
 * A name alone may be that of a subquery, which the tree does not tell from a table. Where every table of the session's database may be read that
 * makes no difference; elsewhere a subquery must not be named like a table that may not.
 */
function judgeTable(name: string, readable: Readable): void {
  const [database = '', table = '', ...more] = qualified(name, readable).split('.');
  const tables = readable.databases.get(database);
  if (tables === undefined || more.length > 0) {
    const expected = [...readable.databases.keys()].join(', ');
    throw refused('ACCESS_DENIED', `Expected a table of ${expected}, got ${name.slice(0, 200)}`);
  }
  if (tables !== 'all' && !tables.has(table.toLowerCase())) {
    throw refused(
      'ACCESS_DENIED',
      `Expected one of the tables of ${database} that tools ask for, got ${name.slice(0, 200)}`,
    );
  }
}

function qualified(name: string, { current }: Readable): string {
  return name.includes('.') ? name : `${current}.${name}`;
}

/** The one table among them that says where on the machine something lies. Its other columns are what JDBC lists databases by. */
const WITH_PATHS = /^system\.databases$/i;

function refusePaths(nodes: readonly Node[]): void {
  const path = nodes.find(
    ({ label, name }) => ALL_COLUMNS.test(label) || (label === 'Identifier' && /(?:data|metadata)_path$/i.test(name)),
  );
  if (path !== undefined) throw refused('ACCESS_DENIED', 'Expected columns of system.databases by name, without paths');
}

const ALL_COLUMNS = /Asterisk|Matcher/;

/**
 * Bytes that are taken for the state of an aggregate function go to code that trusts them. So no state is ever made of text: states come from
 * tables and from functions ending in State. Where a function is told a type it stands there written out, not computed, named or handed in, and
 * without escapes within its quotes, by which its name could be spelled otherwise.
 */
function judgeType({ label, line }: Node): void {
  if (label !== 'Literal') throw notAllowed('a type that is not written out');
  if (/aggregatefunction/i.test(line) || line.includes('\\\\')) throw notAllowed('a state made of text');
}

function isType(path: readonly Node[], depth: number): boolean {
  const list = path[depth - 1];
  const call = path[depth - 2];
  if (list?.label !== 'ExpressionList' || call?.label !== 'Function') return false;
  if (TYPE_SECOND.test(call.name)) return list.childrenSeen === 1;
  return TYPE_LAST.test(call.name) && list.childrenSeen === list.children - 1;
}

/** CAST(x, type), also as x::type, accurateCastOrDefault(x, type, otherwise), variantElement(x, type). */
const TYPE_SECOND = /cast|^reinterpret$|^(?:dynamic|variant)element$/i;
/** JSONExtract(json, path…, type). */
const TYPE_LAST = /^jsonextract(?:keysandvalues)?(?:caseinsensitive)?$/i;

/** values('name Type, …', row, …): what is no literal in its place is a row. */
function isStructure(path: readonly Node[], depth: number): boolean {
  const call = path[depth - 2];
  return call?.label === 'Function' && call.name.toLowerCase() === 'values' && path[depth - 1]?.childrenSeen === 0;
}

function notKnown(what: string): EngineError {
  return refused('READONLY', `Expected SQL of a kind that is read here, got ${what.trim().slice(0, 100)}`);
}

function notAllowed(what: string): EngineError {
  return refused('FUNCTION_NOT_ALLOWED', `The SQL door does not allow ${what.slice(0, 100)}`);
}

const ROOTS: ReadonlySet<string> = new Set([
  'SelectWithUnionQuery',
  'Explain',
  'DescribeQuery',
  'ExistsTableQuery',
  'ExistsViewQuery',
  'ExistsDatabaseQuery',
  'ShowTables',
  'ShowColumns',
  'ShowFunctions',
  'ShowCreateTableQuery',
  'ShowCreateViewQuery',
  'ShowSetting',
]);

/** None of those that read what they name: QUERY TREE and PLAN of a harmless statement are harmless. */
const EXPLAINS: ReadonlySet<string> = new Set([
  'EXPLAIN',
  'EXPLAIN AST',
  'EXPLAIN SYNTAX',
  'EXPLAIN QUERY TREE',
  'EXPLAIN PIPELINE',
  'EXPLAIN ESTIMATE',
]);

/**
 * Parts of a SELECT whose children all stand below them in the tree. Not here: ColumnsApplyTransformer, which hides the function that it applies.
 */
const HARMLESS: ReadonlySet<string> = new Set([
  'ArrayJoin',
  'Asterisk',
  'ColumnsExceptTransformer',
  'ColumnsListMatcher',
  'ColumnsRegexpMatcher',
  'ColumnsReplaceTransformer',
  'ColumnsReplaceTransformer::Replacement',
  'ColumnsTransformerList',
  'ExpressionList',
  'InterpolateElement',
  'OrderByElement',
  'QualifiedAsterisk',
  'QualifiedColumnsListMatcher',
  'QualifiedColumnsRegexpMatcher',
  'SampleRatio',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'Subquery',
  'TableExpression',
  'TableJoin',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'WindowDefinition',
  'WindowListElement',
  'WithElement',
]);
