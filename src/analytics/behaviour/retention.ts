import type { WhereTree } from '../../model/event-model.ts';
import { whereSql } from '../../model/tables/where-sql.ts';
import { normaliseWhere } from '../../model/where/normalise-where.ts';
import { LakegateError } from '../../platform/errors.ts';
import { startSql, windowNumberSql } from '../metrics/metrics-sql.ts';
import type { ReadAnswer, Reading, ReadSources } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import { begunWindowCount } from '../time/resolve-range.ts';
import { windowAt, windowCount } from '../time/windows.ts';
import {
  answerBehaviour,
  type BehaviourQuestion,
  eventsFrom,
  microsColumn,
  shareOf,
  userColumn,
} from './behaviour-question.ts';

export interface RetentionAnswer {
  readonly cohorts: readonly RetentionCohort[];
}

export interface RetentionCohort {
  readonly startUs: number;
  readonly endUs: number;
  readonly users: number;
  readonly returns: readonly RetentionReturn[];
}

export interface RetentionReturn {
  readonly after: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly users: number;
  readonly share: number | null;
}

export interface RetentionConditions {
  readonly first: WhereTree;
  readonly again: WhereTree;
}

/** Some 5,000 numbers. */
const WINDOWS_MAX = 100;

export function readRetentionConditions(
  { kind, range }: BehaviourQuestion,
  args: { readonly first?: WhereTree | null; readonly again?: WhereTree | null },
): RetentionConditions {
  const count = windowCount(range.windows);
  if (count > WINDOWS_MAX) {
    throw new LakegateError({
      code: 'TOO_MANY_ROWS',
      message: `every: expected at most ${WINDOWS_MAX} windows, got ${count}; ask for longer windows or a shorter range`,
    });
  }
  return { first: normaliseWhere(kind, args.first ?? {}), again: normaliseWhere(kind, args.again ?? {}) };
}

/** A user is in the cohort of the window in which the first matching event of the range is; and was there again in every later window with one. */
export function answerRetention(
  question: BehaviourQuestion,
  conditions: RetentionConditions,
  sources: ReadSources,
): Promise<ReadAnswer<RetentionAnswer>> {
  const begun = begunWindowCount(question.range);
  const compute = async ({ warehouse }: Reading) => {
    const params = new SqlParameters();
    const sql = retentionSql(question, conditions, params);
    const { rows } = await warehouse.query<RetentionRow>(sql, { params: params.values });
    return { cohorts: cohorts(question, begun, rows) };
  };
  return answerBehaviour(question, ['retention', conditions, begun], compute, sources);
}

interface RetentionRow {
  readonly cohort: string;
  /** The cohort's own window says how many are in it. */
  readonly seen: string;
  readonly users: string;
}

function retentionSql(
  question: BehaviourQuestion,
  { first, again }: RetentionConditions,
  params: SqlParameters,
): string {
  const { kind, range } = question;
  const { bind } = params;
  const condition = (where: WhereTree) => whereSql(kind, where, { bind });
  return `SELECT cohort, arrayJoin(arrayConcat([cohort], arrayFilter(window -> window > cohort, windows))) AS seen, count() AS users
FROM (
SELECT minIf(number, isFirst) AS cohort, groupUniqArrayIf(number, isAgain) AS windows
FROM (
SELECT t._user AS user, ${windowNumberSql(range.windows, bind)} AS number, t._first AS isFirst, t._again AS isAgain
FROM (
SELECT ${userColumn(kind)} AS _user, ${startSql({ windows: range.windows, bind }, microsColumn(kind))} AS _start, ${condition(first)} AS _first, ${condition(again)} AS _again
${eventsFrom(question, params)}
) AS t
)
GROUP BY user
HAVING countIf(isFirst) > 0
)
GROUP BY cohort, seen`;
}

function cohorts(
  { range }: BehaviourQuestion,
  begun: number,
  rows: readonly RetentionRow[],
): readonly RetentionCohort[] {
  const counted = new Map(rows.map(({ cohort, seen, users }) => [`${cohort} ${seen}`, Number(users)]));
  const usersOf = (cohort: number, seen: number) => counted.get(`${cohort} ${seen}`) ?? 0;
  const place = (index: number) => {
    const { fromUs, toUs } = windowAt(range, index);
    return { startUs: fromUs, endUs: toUs };
  };
  return Array.from({ length: begun }, (_, cohort) => {
    const users = usersOf(cohort, cohort);
    const returns = Array.from({ length: begun - cohort - 1 }, (_, later) => {
      const [after, came] = [later + 1, usersOf(cohort, cohort + later + 1)];
      return { after, ...place(cohort + after), users: came, share: shareOf(came, users) };
    });
    return { ...place(cohort), users, returns };
  });
}
