/**
 * The value of a `{name:Type}` placeholder as ClickHouse's HTTP interface reads it: escaped as in TSV, and quoted within a list. Only what a
 * type of ours can hold; anything else is refused before it could be read as something else.
 */
export function parameterText(value: unknown): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value === null || value === undefined) return '\\N';
  if (Array.isArray(value)) return `[${value.map(elementText).join(',')}]`;
  return numberText(value);
}

function elementText(value: unknown): string {
  if (typeof value === 'string') return `'${escaped(value)}'`;
  if (value === null || value === undefined) return 'NULL';
  return parameterText(value);
}

function numberText(value: unknown): string {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  throw new Error(`expected a value that a parameter can hold, got ${typeof value}`);
}

function escaped(text: string): string {
  return NEEDS_ESCAPING.test(text) ? text.replace(ESCAPED, (sign) => ESCAPES[sign] ?? sign) : text;
}

const NEEDS_ESCAPING = /[\t\n\r'\\]/;
const ESCAPED = /[\t\n\r'\\]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', "'": "\\'", '\\': '\\\\' };
