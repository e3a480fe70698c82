import type { Reading } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import type { MetricsQuestion } from './metrics-question.ts';
import { partRows, rowSource } from './metrics-sql.ts';

/** When the first and the last of the events were that a question is about. Null where there is none. */
export interface FirstAndLast {
  readonly firstAt: string | null;
  readonly lastAt: string | null;
}

export async function readFirstAndLast(
  question: MetricsQuestion,
  { warehouse }: Pick<Reading, 'warehouse'>,
): Promise<FirstAndLast> {
  const params = new SqlParameters();
  const { kind, range } = question;
  const time = `\`${kind.timeField}\``;
  const source = rowSource({ ...question, convertTo: null }, params);
  const from = partRows(source, { rollup: null, fromUs: range.fromUs, toUs: range.toUs }, []);
  const sql = `SELECT minOrNull(${time}) AS firstAt, maxOrNull(${time}) AS lastAt ${from}`;
  const { rows } = await warehouse.query<FirstAndLast>(sql, { params: params.values });
  return rows[0] ?? { firstAt: null, lastAt: null };
}
