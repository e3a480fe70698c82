import { createHash } from 'node:crypto';
import type { FieldModel, KindModel, WhereTree } from '../../model/event-model.ts';
import { rawTable } from '../../model/tables/tables.ts';
import { searchedText } from '../../model/tables/text-index.ts';
import { whereSql } from '../../model/tables/where-sql.ts';
import { normaliseWhere } from '../../model/where/normalise-where.ts';
import { DATABASE } from '../../warehouse/warehouse.ts';
import { type RawEvent, type RawEventRow, rawEvent, rawEventColumns } from '../events/raw-event.ts';
import { badRequest } from '../metrics/metrics-question.ts';
import { type ReadAnswer, type Reading, type ReadSources, readThrough } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import { resolveRange, type TimeRangeInput } from '../time/resolve-range.ts';
import type { Interval } from '../time/windows.ts';
import { type HighlightPart, highlight, searchWords } from './search-words.ts';

export interface SearchQuestion {
  readonly tenant: string;
  readonly kind: KindModel;
  readonly words: readonly string[];
  readonly match: 'ALL' | 'ANY';
  readonly where: WhereTree;
  /** Null is all of time. */
  readonly range: Interval | null;
  readonly size: number;
  readonly after: SearchPlace | null;
  readonly totalCount: boolean;
}

/**
 * Where a page ended, and what its scores were computed from: how many events there were, and how many held each word. With these carried
 * on, no score changes during a walk, so that a walk meets every event that was there once, whatever is written meanwhile.
 */
export interface SearchPlace {
  readonly scope: SearchScope;
  readonly score: number;
  readonly timeUs: string;
  readonly id: string;
}

export interface SearchScope {
  readonly range: Interval | null;
  readonly events: number;
  readonly holding: readonly number[];
}

export interface SearchArguments {
  readonly query: string;
  readonly match: 'ALL' | 'ANY';
  readonly where?: WhereTree | null;
  readonly range?: TimeRangeInput | null;
  readonly first: number;
  readonly after?: string | null;
  readonly timeZone?: string | null;
}

export interface SearchAnswer {
  readonly found: readonly Found[];
  readonly hasMore: boolean;
  readonly totalCount: number | null;
  readonly scope: SearchScope;
}

export interface Found {
  readonly node: RawEvent;
  /** In millionths: whole numbers order the same everywhere. */
  readonly score: number;
  readonly timeUs: string;
  readonly highlights: readonly { readonly field: string; readonly parts: readonly HighlightPart[] }[];
}

const FIRST_MAX = 1000;

export function searchedFields(kind: KindModel): readonly FieldModel[] {
  return kind.fields.filter(({ searchable }) => searchable);
}

export function readSearchQuestion(
  kind: KindModel,
  args: SearchArguments,
  asked: { readonly tenant: string; readonly nowMs: number; readonly totalCount: boolean },
): SearchQuestion {
  const { first, range, timeZone } = args;
  if (first < 0 || first > FIRST_MAX) throw badRequest(`first: expected 0 to ${FIRST_MAX}, got ${first}`);
  const words = searchWords(args.query);
  const where = normaliseWhere(kind, args.where ?? {});
  const question = { tenant: asked.tenant, kind, words, match: args.match, where, size: first };
  const after = args.after == null ? null : decodeSearchCursor(question, args.after);
  const resolved =
    range == null ? null : resolveRange({ range, every: null, timeZone: timeZone ?? 'UTC', nowMs: asked.nowMs });
  const said = resolved === null ? null : { fromUs: resolved.fromUs, toUs: resolved.toUs };
  return { ...question, after, range: after === null ? said : after.scope.range, totalCount: asked.totalCount };
}

/** The best first; of equally good ones the newest. */
export function answerSearch(question: SearchQuestion, sources: ReadSources): Promise<ReadAnswer<SearchAnswer>> {
  const { tenant, kind, range, size, after, totalCount } = question;
  const text = JSON.stringify(['search', fingerprint(question), range, size, after, totalCount]);
  const compute = async (reading: Reading) => {
    const scope = after?.scope ?? (await readScope(question, reading));
    const [rows, count] = await Promise.all([
      readFound(question, scope, reading),
      totalCount ? readCount(question, reading) : null,
    ]);
    const found = rows.slice(0, size).map((row) => foundOf(question, row));
    return { found, hasMore: rows.length > size, totalCount: count, scope };
  };
  return readThrough({ tenant, question: text, topics: [kind.plural], ratesTo: null }, compute, sources);
}

/** Opaque to users: base64url of JSON, with a mark of the search that it belongs to. */
export function encodeSearchCursor(
  question: SearchQuestion,
  scope: SearchScope,
  { score, timeUs, node }: Found,
): string {
  const { range, events, holding } = scope;
  const place = [
    fingerprint(question),
    range?.fromUs ?? null,
    range?.toUs ?? null,
    events,
    holding,
    score,
    timeUs,
    node.meta.id,
  ];
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

type Asked = Pick<SearchQuestion, 'kind' | 'words' | 'match' | 'where'>;

function decodeSearchCursor(question: Asked, cursor: string): SearchPlace {
  const [mark, fromUs, toUs, events, holding, score, timeUs, id] = cursorParts(cursor);
  const counts = Array.isArray(holding) ? holding.map(Number) : [];
  const isPlace =
    [events, score, ...counts].every((count) => Number.isSafeInteger(count)) &&
    [fromUs, toUs].every((us) => us === null || Number.isSafeInteger(us)) &&
    /^\d{1,17}$/.test(String(timeUs)) &&
    typeof id === 'string';
  if (!isPlace) throw badRequest('after: expected a cursor as an edge or pageInfo gave it');
  if (mark !== fingerprint(question)) {
    throw badRequest(
      'after: expected a cursor of the same search, got one of another: page on with the query that it came from',
    );
  }
  const range = fromUs === null ? null : { fromUs: Number(fromUs), toUs: Number(toUs) };
  return {
    scope: { range, events: Number(events), holding: counts },
    score: Number(score),
    timeUs: String(timeUs),
    id,
  };
}

function cursorParts(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    // Anything that is not such a place is answered with what was expected.
    return [];
  }
}

function fingerprint({ kind, words, match, where }: Asked): string {
  const text = JSON.stringify([kind.kind, words, match, where]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

/** How many events there are to look through, and how many of them hold each word: the rarer a word, the more it says. */
async function readScope(question: SearchQuestion, { warehouse }: Reading): Promise<SearchScope> {
  const params = new SqlParameters();
  const from = `FROM ${DATABASE}.${rawTable(question.kind)} WHERE ${scopeSql(question, params)}`;
  const counts = ['1', ...question.words.map((word) => holdsSql(question.kind, word, params))];
  const sql = counts.map((condition, index) => `SELECT ${index} AS _at, count() AS _events ${from} AND ${condition}`);
  const { rows } = await warehouse.query<{ readonly _at: number; readonly _events: string }>(
    sql.join('\nUNION ALL\n'),
    {
      params: params.values,
    },
  );
  const [events = 0, ...holding] = counts.map((_, index) =>
    Number(rows.find(({ _at }) => Number(_at) === index)?._events ?? 0),
  );
  return { range: question.range, events, holding };
}

type FoundRow = RawEventRow & { readonly _score: string; readonly _at: string };

async function readFound(
  question: SearchQuestion,
  scope: SearchScope,
  { warehouse }: Reading,
): Promise<readonly FoundRow[]> {
  const { kind, size, after } = question;
  const params = new SqlParameters();
  const { bind } = params;
  const time = `\`${kind.timeField}\``;
  const beyond =
    after === null
      ? '1'
      : `(_score, ${time}, _id) < (${bind(after.score, 'Int64')}, fromUnixTimestamp64Micro(${bind(after.timeUs, 'Int64')}, 'UTC'), ${bind(after.id, 'String')})`;
  const sql = `SELECT ${rawEventColumns(kind)}, toInt64(round(1000000 * (${scoreSql(question, scope, params)}))) AS _score, toString(toUnixTimestamp64Micro(${time})) AS _at
FROM ${DATABASE}.${rawTable(kind)}
WHERE ${scopeSql(question, params)} AND ${matchSql(question, params)} AND ${beyond}
ORDER BY _score DESC, ${time} DESC, _id DESC
LIMIT ${bind(size + 1, 'UInt32')}`;
  return (await warehouse.query<FoundRow>(sql, { params: params.values })).rows;
}

async function readCount(question: SearchQuestion, { warehouse }: Reading): Promise<number> {
  const params = new SqlParameters();
  const sql = `SELECT count() AS _events FROM ${DATABASE}.${rawTable(question.kind)}
WHERE ${scopeSql(question, params)} AND ${matchSql(question, params)}`;
  const { rows } = await warehouse.query<{ readonly _events: string }>(sql, { params: params.values });
  return Number(rows[0]?._events ?? 0);
}

function scopeSql({ tenant, kind, where, range }: SearchQuestion, { bind }: SqlParameters): string {
  const at = (us: number) => `fromUnixTimestamp64Micro(${bind(us, 'Int64')}, 'UTC')`;
  const time = `\`${kind.timeField}\``;
  const within = range === null ? '1' : `${time} >= ${at(range.fromUs)} AND ${time} < ${at(range.toUs)}`;
  return `_tenant = ${bind(tenant, 'String')} AND ${within} AND ${whereSql(kind, where, { bind })}`;
}

function matchSql({ kind, words, match }: SearchQuestion, params: SqlParameters): string {
  const each = words.map((word) => holdsSql(kind, word, params));
  return `(${each.join(match === 'ALL' ? ' AND ' : ' OR ')})`;
}

/** In one of the fields: this is what the index on each of them answers. */
function holdsSql(kind: KindModel, word: string, { bind }: SqlParameters): string {
  const fields = searchedFields(kind).map(
    (field) => `hasAnyTokens(${searchedText(field)}, ${bind([word], 'Array(String)')})`,
  );
  return `ifNull(${fields.join(' OR ')}, false)`;
}

/**
 * BM25 without a penalty for length, which would need every event's: a word counts the more the rarer it is, and each time it comes up again a
 * little less. k1 is 1.2, as is usual.
 */
function scoreSql({ kind, words }: SearchQuestion, { events, holding }: SearchScope, { bind }: SqlParameters): string {
  const tokens = searchedFields(kind).map((field) => `tokens(ifNull(${searchedText(field)}, ''), 'splitByNonAlpha')`);
  const all = tokens.length === 1 ? tokens.join('') : `arrayConcat(${tokens.join(', ')})`;
  return words
    .map((word, index) => {
      const held = holding[index] ?? 0;
      const rarity = Math.log(1 + Math.max(0, events - held + 0.5) / (held + 0.5));
      const times = `countEqual(${all}, ${bind(word, 'String')})`;
      return `${bind(rarity, 'Float64')} * ${times} * 2.2 / (${times} + 1.2)`;
    })
    .join(' + ');
}

function foundOf({ kind, words }: SearchQuestion, row: FoundRow): Found {
  const wanted = new Set(words);
  const node = rawEvent(kind, row);
  const highlights = searchedFields(kind).flatMap(({ name }) => {
    const text = node[name];
    const parts = typeof text === 'string' ? highlight(text, wanted) : null;
    return parts === null ? [] : [{ field: name, parts }];
  });
  return { node, score: Number(row._score), timeUs: row._at, highlights };
}
