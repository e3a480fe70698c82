import type { KindModel, WhereTree } from '../../model/event-model.ts';
import { whereSql } from '../../model/tables/where-sql.ts';
import { normaliseWhere } from '../../model/where/normalise-where.ts';
import { badRequest } from '../metrics/metrics-question.ts';
import type { ReadAnswer, Reading, ReadSources } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import { lengthUs } from '../time/step.ts';
import {
  answerBehaviour,
  type BehaviourQuestion,
  eventsFrom,
  microsColumn,
  shareOf,
  userColumn,
} from './behaviour-question.ts';

export interface FunnelStep {
  readonly name: string;
  readonly where: WhereTree;
}

export interface FunnelAnswer {
  readonly steps: readonly FunnelStepAnswer[];
}

export interface FunnelStepAnswer {
  readonly name: string;
  readonly users: number;
  readonly share: number | null;
  readonly shareOfPrevious: number | null;
}

/** Bits of one number say which steps an event matches. */
const STEPS_MAX = 16;

export function readFunnelSteps(
  kind: KindModel,
  steps: readonly { readonly name?: string | null; readonly where?: WhereTree | null }[],
): readonly FunnelStep[] {
  if (steps.length < 2 || steps.length > STEPS_MAX) {
    throw badRequest(`steps: expected 2 to ${STEPS_MAX}, got ${steps.length}`);
  }
  return steps.map(({ name, where }, index) => ({
    name: name ?? String(index + 1),
    where: normaliseWhere(kind, where ?? {}),
  }));
}

/**
 * How many users took each step. A way is any choice of events of one user, one a step, each later in the user's order than the one before,
 * the last at most `within` after the first. (ClickHouse's windowFunnel leaves open what becomes of events of the same time.)
 */
export function answerFunnel(
  question: BehaviourQuestion,
  steps: readonly FunnelStep[],
  within: string,
  sources: ReadSources,
): Promise<ReadAnswer<FunnelAnswer>> {
  const withinUs = lengthUs(within, 'within');
  const compute = async ({ warehouse }: Reading) => {
    const params = new SqlParameters();
    const sql = funnelSql(question, steps, withinUs, params);
    const { rows } = await warehouse.query<FunnelRow>(sql, { params: params.values });
    return { steps: stepAnswers(steps, rows) };
  };
  return answerBehaviour(question, ['funnel', steps, withinUs], compute, sources);
}

interface FunnelRow {
  readonly depth: number;
  readonly users: string;
}

/**
 * For each step the latest start of a way that came so far, or -1, carried from event to event. The latest start is all that matters: it
 * leaves most time. All steps of one event look at what was before it, so that no event is two steps.
 */
function funnelSql(
  question: BehaviourQuestion,
  steps: readonly FunnelStep[],
  withinUs: number,
  params: SqlParameters,
): string {
  const { kind } = question;
  const conditions = steps.map(({ where }) => whereSql(kind, where, { bind: params.bind }));
  const bits = conditions.map((condition, index) => `toUInt32(${condition}) * ${2 ** index}`).join(' + ');
  const within = params.bind(withinUs, 'Int64');
  const reached = steps.map((_, index) => {
    if (index === 0) return 'if(bitTest(event.3, 0), event.1, reached[1])';
    const before = `reached[${index}]`;
    const goesOn = `bitTest(event.3, ${index}) AND ${before} >= 0 AND event.1 - ${before} <= ${within}`;
    return `if(${goesOn}, greatest(${before}, reached[${index + 1}]), reached[${index + 1}])`;
  });
  const none = `CAST([${steps.map(() => '-1').join(', ')}], 'Array(Int64)')`;
  return `SELECT arrayCount(start -> start >= 0, arrayFold((reached, event) -> [${reached.join(', ')}], _events, ${none})) AS depth, count() AS users
FROM (
SELECT arraySort(groupArray((${microsColumn(kind)}, toString(_id), ${bits}))) AS _events
${eventsFrom(question, params)} AND (${conditions.join(' OR ')})
GROUP BY ${userColumn(kind)}
)
GROUP BY depth`;
}

function stepAnswers(steps: readonly FunnelStep[], rows: readonly FunnelRow[]): readonly FunnelStepAnswer[] {
  const users = steps.map((_, index) =>
    rows.reduce((sum, { depth, users: some }) => (Number(depth) > index ? sum + Number(some) : sum), 0),
  );
  return steps.map(({ name }, index) => {
    const came = users[index] ?? 0;
    return { name, users: came, share: shareOf(came, users[0]), shareOfPrevious: shareOf(came, users[index - 1]) };
  });
}
