import type { KindModel } from '../../model/event-model.ts';
import { rawTable } from '../../model/tables/tables.ts';
import { DATABASE } from '../../warehouse/warehouse.ts';
import { startSql, windowNumberSql } from '../metrics/metrics-sql.ts';
import { type ReadAnswer, type Reading, type ReadSources, readThrough } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import type { ResolvedRange } from '../time/resolve-range.ts';
import { windowAt } from '../time/windows.ts';

export interface PlayerRating {
  readonly average: number | null;
  readonly count: number;
}

export interface RatingWindow {
  readonly startUs: number;
  readonly endUs: number;
  readonly average: number;
  readonly count: number;
}

/** The rating of each of these players now, in the order of the players. */
export async function playerRatings(
  { tenant, kind }: { readonly tenant: string; readonly kind: KindModel },
  players: readonly string[],
  sources: ReadSources,
): Promise<ReadAnswer<readonly PlayerRating[]>> {
  const read = async ({ warehouse }: Reading) => {
    const params = new SqlParameters();
    const sql = `SELECT playerId, ${AVERAGE} AS average, count() AS ratings
FROM (${latestSql(kind, tenant, players, params)})
GROUP BY playerId`;
    const { rows } = await warehouse.query<RatingRow & { readonly playerId: string }>(sql, {
      params: params.values,
    });
    return rows.map((row) => [row.playerId, { average: row.average, count: Number(row.ratings) }] as const);
  };
  const question = JSON.stringify(['playerRatings', kind.kind, players]);
  const { value, ...stamp } = await readThrough(
    { tenant, question, topics: [kind.plural], ratesTo: null },
    read,
    sources,
  );
  const found = new Map(value);
  return { ...stamp, value: players.map((player) => found.get(player) ?? { average: null, count: 0 }) };
}

/** How a player's average went: each rating once, in the window in which it was first given. */
export function ratingsOverTime(
  { tenant, kind, range }: { readonly tenant: string; readonly kind: KindModel; readonly range: ResolvedRange },
  player: string,
  sources: ReadSources,
): Promise<ReadAnswer<readonly RatingWindow[]>> {
  const read = async ({ warehouse }: Reading) => {
    const params = new SqlParameters();
    const { bind } = params;
    const start = startSql({ windows: range.windows, bind }, 'toUnixTimestamp64Micro(firstAt)');
    const at = (us: number) => `fromUnixTimestamp64Micro(${bind(us, 'Int64')}, 'UTC')`;
    const sql = `SELECT ${windowNumberSql(range.windows, bind)} AS number, ${AVERAGE} AS average, count() AS ratings
FROM (
SELECT rating, ${start} AS _start
FROM (${latestSql(kind, tenant, [player], params)})
WHERE firstAt >= ${at(range.fromUs)} AND firstAt < ${at(range.toUs)}
) AS t
GROUP BY t._start
ORDER BY number`;
    const { rows } = await warehouse.query<RatingRow & { readonly number: string }>(sql, {
      params: params.values,
    });
    return rows.map(({ number, average, ratings }) => {
      const { fromUs, toUs } = windowAt(range, Number(number));
      return { startUs: fromUs, endUs: toUs, average: average ?? 0, count: Number(ratings) };
    });
  };
  const question = JSON.stringify(['ratingsOverTime', kind.kind, player, range.fromUs, range.toUs, range.windows]);
  return readThrough({ tenant, question, topics: [kind.plural], ratesTo: null }, read, sources);
}

interface RatingRow {
  readonly average: number | null;
  readonly ratings: string;
}

/** Summed exactly, divided once. */
const AVERAGE = 'toFloat64(sum(rating)) / count()';

/** Every rating once, as its latest version has it. */
function latestSql(kind: KindModel, tenant: string, players: readonly string[], { bind }: SqlParameters): string {
  const time = `\`${kind.timeField}\``;
  return `SELECT playerId, ratingId, argMax(rating, version) AS rating, min(${time}) AS firstAt
FROM ${DATABASE}.${rawTable(kind)}
WHERE _tenant = ${bind(tenant, 'String')} AND playerId IN ${bind(players, 'Array(String)')}
GROUP BY playerId, ratingId`;
}
