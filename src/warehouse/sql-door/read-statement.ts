import { refused } from '../engine/engine-error.ts';
import { ALLOWED_FORMATS } from './allowed-formats.ts';
import { checkedSetting } from './allowed-settings.ts';
import { meaningful, type SqlToken, sqlTokens } from './sql-tokens.ts';

/**
 * One statement of people, read by its words before the engine sees any of it: that it is one, of a kind that only reads, and writes its
 * answer nowhere but here. What it calls and which tables it names is judged afterwards, by the engine's own parse tree (judge-tree.ts); to
 * ask for that tree is already a statement, which would write a file for INTO OUTFILE and run what follows a semicolon.
 */
export function readStatement(text: string): ReadStatement {
  if (Buffer.byteLength(text) > SQL_BYTES_MAX) {
    throw refused('TOO_LARGE_STRING_SIZE', `Expected a statement of at most ${SQL_BYTES_MAX} bytes`);
  }
  refuseOtherKinds(/^[\s(]*(\w+)/.exec(text)?.[1]);
  const tokens = withoutLastSemicolon(sqlTokens(text));
  const words = meaningful(tokens);
  refuseSeveral(words);
  refuseFiles(words);
  const show = isShow(words);
  if (show) checkShow(words);
  const { kept, settings } = show ? { kept: tokens, settings: new Map() } : takeSettings(tokens);
  return { sql: kept.map((token) => token.text).join(''), format: formatOf(meaningful(kept)), settings };
}

interface ReadStatement {
  /** Rebuilt from what was read: without comments, without a SETTINGS clause, without a semicolon. */
  readonly sql: string;
  /** What its FORMAT says; null where it says nothing. */
  readonly format: string | null;
  /** Of its SETTINGS clause, each one allowed. */
  readonly settings: ReadonlyMap<string, string>;
}

/** 256 KiB, as much as a server takes by default (max_query_size). The engine parses it, and the tree of it is read here. */
const SQL_BYTES_MAX = 256 * 1024;

function withoutLastSemicolon(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const last = tokens.findLastIndex(({ type }) => type !== 'blank');
  return tokens[last]?.text === ';' ? tokens.slice(0, last) : tokens;
}

function refuseSeveral(words: readonly SqlToken[]): void {
  if (words.length === 0) throw refused('SYNTAX_ERROR', 'Expected a statement, got an empty query');
  if (words.some(({ text }) => text === ';')) throw refused('SYNTAX_ERROR', 'Expected one statement, got several');
}

/** INTO OUTFILE, FROM INFILE, and AND STDOUT, APPEND, TRUNCATE that go with them. A column of such a name is quoted. */
function refuseFiles(words: readonly SqlToken[]): void {
  const word = words.find(({ type, text }) => type === 'word' && FILE_WORDS.has(text.toUpperCase()));
  if (word !== undefined) throw refused('READONLY', `Expected a statement that only reads, got ${word.text}`);
}

const FILE_WORDS: ReadonlySet<string> = new Set(['INTO', 'OUTFILE', 'INFILE']);

function isShow(words: readonly SqlToken[]): boolean {
  const first = words.find(({ text }) => text !== '(')?.text.toUpperCase();
  refuseOtherKinds(first);
  return first === 'SHOW';
}

/** Looked at before anything else: behind an INSERT come bytes in any format. A comment may stand in front, so that it is looked at again. */
function refuseOtherKinds(first: string | undefined): void {
  if (first === undefined || READING.has(first.toUpperCase())) return;
  throw refused('READONLY', `Expected ${[...READING].join(', ')}: the SQL door only reads`);
}

const READING: ReadonlySet<string> = new Set([
  'SELECT',
  'WITH',
  'FROM',
  'SHOW',
  'DESCRIBE',
  'DESC',
  'EXISTS',
  'EXPLAIN',
]);

/** The engine's tree of a SHOW leaves out its conditions, so that here only words, names, numbers and strings are taken. */
function checkShow(words: readonly SqlToken[]): void {
  const strange = words.find(
    ({ type, text }) => (type === 'sign' && text !== '.') || (type === 'word' && text.toUpperCase() === 'WHERE'),
  );
  if (strange !== undefined) throw refused('READONLY', `Expected SHOW with LIKE at most, got ${strange.text}`);
}

/**
 * Settings of the statement become settings of its session, which is read-only before the statement itself is run. Only a clause of the whole
 * statement can do that, so one within brackets is refused.
 */
function takeSettings(tokens: readonly SqlToken[]): {
  kept: readonly SqlToken[];
  settings: ReadonlyMap<string, string>;
} {
  const settings = new Map<string, string>();
  const kept: SqlToken[] = [];
  let depth = 0;
  let before: SqlToken | undefined;
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (token === undefined) break;
    if (isSettings(token, before) && startsAssignment(tokens, at + 1)) {
      if (depth > 0 || settings.size > 0) {
        throw refused('READONLY', 'Expected SETTINGS once, for the whole statement: not within brackets');
      }
      at = readAssignments(tokens, at + 1, settings);
      continue;
    }
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (token.type !== 'blank') before = token;
    kept.push(token);
    at += 1;
  }
  return { kept, settings };
}

function isSettings({ type, text }: SqlToken, before: SqlToken | undefined): boolean {
  return type === 'word' && text.toUpperCase() === 'SETTINGS' && before?.text !== '.';
}

/** A column may be called settings: then no name follows it. */
function startsAssignment(tokens: readonly SqlToken[], from: number): boolean {
  const next = tokens.slice(from).find(({ type }) => type !== 'blank');
  return (
    next !== undefined && (next.type === 'word' || next.type === 'name') && !AFTER_COLUMN.has(next.text.toUpperCase())
  );
}

const AFTER_COLUMN: ReadonlySet<string> = new Set(['FROM', 'AS']);

/** `name = value, …`. Answers with the place behind it. */
function readAssignments(tokens: readonly SqlToken[], from: number, into: Map<string, string>): number {
  let at = from;
  const next = (): SqlToken => {
    while (tokens[at]?.type === 'blank') at += 1;
    const token = tokens[at];
    at += 1;
    if (token === undefined) throw refused('SYNTAX_ERROR', 'Expected name = value after SETTINGS');
    return token;
  };
  for (;;) {
    const name = next();
    if (name.type !== 'word' || next().text !== '=')
      throw refused('SYNTAX_ERROR', 'Expected name = value after SETTINGS');
    const setting = checkedSetting(name.text, literal(next()));
    if (setting !== null) into.set(name.text, setting);
    const end = at;
    while (tokens[at]?.type === 'blank') at += 1;
    if (tokens[at]?.text !== ',') return end;
    at += 1;
  }
}

function literal({ type, text }: SqlToken): string {
  if (type === 'number') return text;
  if (type === 'word' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? '1' : '0';
  if (type === 'string' && !text.includes('\\')) return text.slice(1, -1).replaceAll("''", "'");
  throw refused('READONLY', 'Expected a number or a text as the value of a setting');
}

/** It stands at the very end; the engine takes none elsewhere. */
function formatOf(words: readonly SqlToken[]): string | null {
  const [before, format, name] = words.slice(-3);
  if (format?.type !== 'word' || format.text.toUpperCase() !== 'FORMAT' || before?.text === '.') return null;
  if (name?.type === 'name') throw refused('UNKNOWN_FORMAT', 'Expected the name of a format without quotes');
  return name?.type === 'word' ? checkedFormat(name.text) : null;
}

/** By its own spelling: clients compare what they asked for with what they got. */
export function checkedFormat(name: string): string {
  if (!ALLOWED_FORMATS.has(name.toLowerCase())) {
    throw refused('UNKNOWN_FORMAT', `Expected a format of answers that can be had here, got ${name.slice(0, 50)}`);
  }
  return name;
}
