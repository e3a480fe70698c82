import { badRequest } from '../metrics/metrics-question.ts';
import type { ReadAnswer, Reading, ReadSources } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import {
  answerBehaviour,
  type BehaviourQuestion,
  eventsFrom,
  microsColumn,
  shareOf,
  userColumn,
} from './behaviour-question.ts';

export interface RepeatsAnswer {
  readonly users: number;
  readonly repeated: number;
  readonly share: number | null;
  readonly eventsPerUser: number | null;
  readonly gapMsP50: number | null;
  readonly counts: readonly { readonly events: number; readonly orMore: boolean; readonly users: number }[];
}

const UP_TO_MAX = 100;

/** How many users have how many events, and how long they take to come back. */
export function answerRepeats(
  question: BehaviourQuestion,
  upTo: number,
  sources: ReadSources,
): Promise<ReadAnswer<RepeatsAnswer>> {
  if (upTo < 2 || upTo > UP_TO_MAX) throw badRequest(`upTo: expected 2 to ${UP_TO_MAX}, got ${upTo}`);
  const compute = async ({ warehouse }: Reading) => {
    const params = new SqlParameters();
    const sql = repeatsSql(question, upTo, params);
    const { rows } = await warehouse.query<RepeatsRow>(sql, { params: params.values });
    return repeats(rows, upTo);
  };
  return answerBehaviour(question, ['repeats', upTo], compute, sources);
}

interface RepeatsRow {
  /** Events a user, at most `upTo`; 0 is all users together. */
  readonly times: string;
  readonly users: string;
  readonly allEvents: string;
  readonly gapUs: string | null;
}

function repeatsSql(question: BehaviourQuestion, upTo: number, params: SqlParameters): string {
  const { kind } = question;
  return `SELECT _times AS times, count() AS users, sum(_events) AS allEvents, quantileExactLowOrNullArray(0.5)(_gaps) AS gapUs
FROM (
SELECT count() AS _events, least(_events, ${upTo}) AS _times, arrayPopFront(arrayDifference(arraySort(groupArray(${microsColumn(kind)})))) AS _gaps
${eventsFrom(question, params)}
GROUP BY ${userColumn(kind)}
)
GROUP BY times WITH ROLLUP`;
}

function repeats(rows: readonly RepeatsRow[], upTo: number): RepeatsAnswer {
  const all = rows.find(({ times }) => Number(times) === 0);
  const usersWith = new Map(rows.map(({ times, users }) => [Number(times), Number(users)]));
  const users = Number(all?.users ?? 0);
  const repeated = users - (usersWith.get(1) ?? 0);
  const counts = Array.from({ length: upTo }, (_, index) => index + 1).map((events) => ({
    events,
    orMore: events === upTo,
    users: usersWith.get(events) ?? 0,
  }));
  const gapUs = all?.gapUs ?? null;
  return {
    users,
    repeated,
    share: shareOf(repeated, users),
    eventsPerUser: shareOf(Number(all?.allEvents ?? 0), users),
    gapMsP50: gapUs === null ? null : Number(gapUs) / 1000,
    counts,
  };
}
