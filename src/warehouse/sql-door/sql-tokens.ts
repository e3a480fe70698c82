import { refused } from '../engine/engine-error.ts';

/**
 * The words, names, strings, numbers and signs of a statement, without its comments; blanks are kept, so that the texts put together again are
 * the statement. Stricter than the engine on purpose: what two readers could take differently (strings between dollar signs, quotes
 * beyond ASCII, escapes in names, `#`) is refused, so that nothing can be a comment here and a statement there.
 */
export function sqlTokens(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(sql);
    if (found === null) throw refused('SYNTAX_ERROR', `Expected SQL, got ${JSON.stringify(sql.slice(at, at + 20))}`);
    const [type, text] = matched(found);
    tokens.push(type === 'comment' ? { type: 'blank', text: ' ' } : { type, text });
  }
  return tokens;
}

export interface SqlToken {
  readonly type: 'blank' | 'word' | 'name' | 'string' | 'number' | 'sign';
  /** As it was written, with its quotes. */
  readonly text: string;
}

/** The tokens that mean something: without blanks. */
export function meaningful(tokens: readonly SqlToken[]): readonly SqlToken[] {
  return tokens.filter(({ type }) => type !== 'blank');
}

/** In a quoted name: no escapes, no control characters; doubled quotes only. */
const TOKEN = new RegExp(
  [
    /(?<blank>[ \t\r\n\f\v]+)/u,
    /(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)/u,
    /(?<string>'(?:[^'\\]|\\[\s\S]|'')*')/u,
    /(?<name>"(?:[^"\\\p{Cc}]|"")+"|`(?:[^`\\\p{Cc}]|``)+`)/u,
    /(?<number>(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)(?![A-Za-z0-9_]))/u,
    /(?<word>[A-Za-z_][A-Za-z0-9_]*)/u,
    /(?<sign>::|->|[-+*/%=<>!|?:.,;()[\]{}])/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'uy',
);

function matched({ groups = {} }: RegExpExecArray): readonly [SqlToken['type'] | 'comment', string] {
  for (const type of TYPES) {
    const text = groups[type];
    if (text !== undefined) return [type, text];
  }
  throw new Error('one of the groups is there whenever the whole was found');
}

const TYPES = ['blank', 'comment', 'string', 'name', 'number', 'word', 'sign'] as const;
