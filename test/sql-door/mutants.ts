import type { EscapeAttempt } from './escape-attempts.ts';

/** Short statements made by mixing words of harmless and harmful ones, the same for the same seed. */
export function mutants(options: {
  readonly seed: number;
  readonly count: number;
  readonly attempts: readonly EscapeAttempt[];
}): Mutants {
  const random = seeded(options.seed);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('expected something to pick from');
    return item;
  };
  const bases = [...HARMLESS, ...HARMLESS, ...HARMLESS, ...options.attempts.map(({ sql }) => sql)];
  const words = bases.flatMap((sql) => sql.match(WORD) ?? []);
  const mutate = (sql: string): string => {
    const parts = sql.match(WORD) ?? [];
    const at = Math.floor(random() * (parts.length + 1));
    switch (pick(['replace', 'insert', 'drop', 'double', 'graft', 'quote', 'comment', 'case'] as const)) {
      case 'replace':
        return [...parts.slice(0, at), pick(words), ...parts.slice(at + 1)].join('');
      case 'insert':
        return [...parts.slice(0, at), ' ', pick(words), ' ', ...parts.slice(at)].join('');
      case 'drop':
        return [...parts.slice(0, at), ...parts.slice(at + 1 + Math.floor(random() * 3))].join('');
      case 'double':
        return [...parts.slice(0, at), ...parts.slice(at, at + 3), ...parts.slice(at)].join('');
      case 'graft': {
        const other = pick(bases).match(WORD) ?? [];
        return [...parts.slice(0, at), ' ', ...other.slice(Math.floor(random() * other.length))].join('');
      }
      case 'quote':
        return parts
          .map((part, index) =>
            index === at ? pick(["'", '"', '`', '(', ')', ';', '--', '/*', '*/', '\\']) + part : part,
          )
          .join('');
      case 'comment':
        return [...parts.slice(0, at), pick(['/**/', '-- x\n', '/* */', '\n', '\t']), ...parts.slice(at)].join('');
      case 'case':
        return parts.map((part, index) => (index === at ? part.toUpperCase() : part)).join('');
    }
  };
  const statements = Array.from({ length: options.count }, () => {
    let sql = pick(bases);
    for (let rounds = Math.floor(random() * 4); rounds >= 0; rounds -= 1) sql = mutate(sql);
    return sql.slice(0, 500);
  });
  return { statements, forbidden };
}

export interface Mutants {
  readonly statements: readonly string[];
  /** By another reading than the door's own: a harmful function is called, another database is read, or something is done but reading. */
  readonly forbidden: (sql: string) => boolean;
}

/** Words, numbers, strings, quoted names, comments; every other sign by itself. */
const WORD = /'(?:[^'\\]|\\.|'')*'|"[^"]*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|\w+|\s+|[^\w\s]/g;

const CALLS =
  /\b(file|url|s3|gcs|hdfs|remote|mysql|postgresql|mongodb|redis|sqlite|odbc|jdbc|merge|loop|executable|dictionary|dictGet\w*|joinGet\w*|catboostEvaluate|iceberg\w*|deltaLake\w*|hostName|getServerSetting|getMacro|sleep\w*|formatRow\w*|addressTo\w*|filesystem\w*|cluster\w*|view(?:Explain|IfPermitted))\s*\(/i;
const DOES =
  /^\W*(insert|create|alter|drop|truncate|rename|exchange|attach|detach|kill|system|grant|revoke|set|use|optimize|delete|update|backup|restore|check|watch|move|undrop)\b/i;

function forbidden(sql: string): boolean {
  // Strings and comments first: what stands in them is harmless. A name in quotes is a name.
  const bare = sql
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\.|'')*'/g, (found) => (found.startsWith("'") ? "''" : ' '))
    .replace(/[`"]/g, '');
  return CALLS.test(bare) || DOES.test(bare) || /\boutfile\b|\binfile\b|\blakegate\s*\./i.test(bare);
}

const HARMLESS = [
  'SELECT 1',
  'SELECT count() FROM transactions',
  'SELECT currency, sum(amount) FROM analytics.transactions GROUP BY currency ORDER BY currency LIMIT 5',
  'SELECT start, sum(count) AS events FROM transactions_1h GROUP BY start ORDER BY start LIMIT 3 FORMAT JSON',
  "SELECT * FROM transactions WHERE id = 't-1' SETTINGS max_threads = 1",
  'WITH x AS (SELECT number AS n FROM numbers(3)) SELECT sum(n) FROM x',
  'SELECT uniqCombined64Merge(14)(userIdDistinct) FROM transactions_1d',
  'SELECT arrayMap(x -> x + 1, [1, 2]), if(1, 2, 3), toDate(now())',
  'SHOW TABLES FROM analytics',
  'DESCRIBE TABLE transactions',
  'EXPLAIN SELECT count() FROM transactions',
  'SELECT name FROM system.tables LIMIT 3',
  'EXISTS TABLE transactions',
];

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
