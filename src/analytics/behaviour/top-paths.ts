import type { FieldModel } from '../../model/event-model.ts';
import { badRequest } from '../metrics/metrics-question.ts';
import type { ReadAnswer, Reading, ReadSources } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import { lengthUs } from '../time/step.ts';
import { answerBehaviour, type BehaviourQuestion, eventsFrom, microsColumn, userColumn } from './behaviour-question.ts';

export interface PathsWanted {
  /** What the way is made of. */
  readonly of: FieldModel;
  readonly length: number;
  readonly gap: string;
  readonly first: number;
}

export interface PathsAnswer {
  readonly paths: readonly TopPath[];
  readonly hasMore: boolean;
}

export interface TopPath {
  readonly values: readonly string[];
  readonly count: number;
  readonly users: number;
}

const LENGTH_MAX = 10;
const FIRST_MAX = 1000;

/** The most frequent runs of `length` neighbouring values within visits; a visit ends where nothing happens for `gap`. */
export function answerTopPaths(
  question: BehaviourQuestion,
  wanted: PathsWanted,
  sources: ReadSources,
): Promise<ReadAnswer<PathsAnswer>> {
  const { of, length, first } = wanted;
  const gapUs = lengthUs(wanted.gap, 'gap');
  if (length < 1 || length > LENGTH_MAX) throw badRequest(`length: expected 1 to ${LENGTH_MAX}, got ${length}`);
  if (first < 1 || first > FIRST_MAX) throw badRequest(`first: expected 1 to ${FIRST_MAX}, got ${first}`);
  const compute = async ({ warehouse }: Reading) => {
    const params = new SqlParameters();
    const sql = pathsSql(question, wanted, gapUs, params);
    const { rows } = await warehouse.query<PathRow>(sql, { params: params.values });
    const paths = rows.slice(0, first).map(({ path, times, users }) => ({
      values: path,
      count: Number(times),
      users: Number(users),
    }));
    return { paths, hasMore: rows.length > first };
  };
  return answerBehaviour(question, ['paths', of.name, length, gapUs, first], compute, sources);
}

interface PathRow {
  readonly path: readonly string[];
  readonly times: string;
  readonly users: string;
}

function pathsSql(
  question: BehaviourQuestion,
  { of, length, first }: PathsWanted,
  gapUs: number,
  params: SqlParameters,
): string {
  const { kind } = question;
  const { bind } = params;
  const column = `\`${of.name}\``;
  return `SELECT path, count() AS times, uniqExact(_user) AS users
FROM (
SELECT _user, arrayJoin(arrayMap(at -> arraySlice(way, at, ${length}), range(1, greatest(toInt64(length(way)) - ${length} + 2, 1)))) AS path
FROM (
SELECT _user, arrayCompact(arrayMap(event -> event.3, visit)) AS way
FROM (
SELECT _user, arrayJoin(arraySplit((event, gap) -> gap >= ${bind(gapUs, 'Int64')}, _events, arrayDifference(arrayMap(event -> event.1, _events)))) AS visit
FROM (
SELECT ${userColumn(kind)} AS _user, arraySort(groupArray((${microsColumn(kind)}, toString(_id), assumeNotNull(toString(${column}))))) AS _events
${eventsFrom(question, params)} AND ${column} IS NOT NULL
GROUP BY _user
)
)
)
)
GROUP BY path
ORDER BY times DESC, path ASC
LIMIT ${first + 1}`;
}
