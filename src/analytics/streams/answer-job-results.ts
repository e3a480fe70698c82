import { createHash } from 'node:crypto';
import type { WhereTree } from '../../model/event-model.ts';
import { RESULTS_TOPIC } from '../../model/streams/stream-topics.ts';
import { DATABASE } from '../../warehouse/warehouse.ts';
import type { ReadAnswer, ReadSources } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import { readNewest } from './read-newest.ts';
import { readStreams, type StreamTables } from './read-streams.ts';
import { givenOnly, streamFilter } from './stream-filter.ts';
import {
  behindSql,
  microsecondsOf,
  type PageArguments,
  readPageQuestion,
  type StreamPage,
  type StreamPageQuestion,
  type StreamPlace,
  streamPage,
} from './stream-page.ts';

/** One window of one key, as it is now. Times are RFC 3339. */
export interface JobResult {
  /** Stays through all revisions. */
  readonly id: string;
  readonly key: string;
  readonly start: string;
  readonly end: string;
  readonly revision: number;
  /** By measure; decimals are text. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** One job of all that had its name: by the versions that it had. */
export interface ResultsAuthor {
  readonly job: string;
  readonly sinceVersion: number;
  /** Null as long as it may be replaced. */
  readonly throughVersion: number | null;
}

export interface JobResultsQuestion extends StreamPageQuestion {
  readonly tenant: string;
  readonly author: ResultsAuthor;
  readonly where: WhereTree;
}

/** What a filter asks of a result. None of it changes with a revision. */
export interface JobResultsWhere {
  readonly key?: WhereTree | null | undefined;
  readonly start?: WhereTree | null | undefined;
  readonly end?: WhereTree | null | undefined;
}

export type JobResultPage = StreamPage<JobResult>;

export function readJobResultsQuestion(
  tenant: string,
  author: ResultsAuthor,
  { where, ...page }: PageArguments & { readonly where?: JobResultsWhere | null | undefined },
): JobResultsQuestion {
  return {
    tenant,
    author,
    where: RESULTS_FILTER.normalise(givenOnly({ ...where })),
    ...readPageQuestion(`results of ${author.job}`, page, { rows: true, totalCount: false }),
  };
}

/** Newest windows first, each as its last revision has it, and without those that were taken back; also those of a job on trial. */
export function answerJobResults(
  question: JobResultsQuestion,
  sources: ReadSources,
): Promise<ReadAnswer<JobResultPage>> {
  const { tenant, ...asked } = question;
  return readStreams(
    { tenant, question: ['job results', asked], topics: [RESULTS_TOPIC] },
    async (warehouse) => {
      const rows = await readPage(question, warehouse);
      const page = streamPage(`results of ${question.author.job}`, question, rows, placeOf, (row) =>
        resultOf(question.author, row),
      );
      return { ...page, totalCount: null };
    },
    sources,
  );
}

/**
 * With its id: equal for all revisions of one window of one key, whoever tells of it and whenever, and another one for every job that had the name. That
 * of the first job of a name is made without a version, as it was before there were several.
 */
export function jobResult({ job, sinceVersion }: ResultsAuthor, result: PublishedResult): JobResult {
  const author = sinceVersion === 1 ? [job] : [job, sinceVersion];
  const name = JSON.stringify([...author, result.key, result.start, result.end]);
  const id = createHash('sha256').update(name).digest('base64url').slice(0, 22);
  return { id, ...result };
}

/** As it stands in the log, which does not say when the job of that name began. */
export type PublishedResult = Omit<JobResult, 'id'>;

interface ResultRow extends Omit<JobResult, 'id' | 'values'> {
  readonly values: string;
  readonly tie: string;
}

const RESULTS_FILTER = streamFilter('JobResult', { key: 'String', start: 'DateTime', end: 'DateTime' });

/** A window that became another one is published once more without values (docs/windows.md). */
const TAKEN_BACK = '{}';

function readPage(question: JobResultsQuestion, warehouse: StreamTables): Promise<readonly ResultRow[]> {
  return readNewest(question.size + 1, question.after, {
    read: (after, limit) => readRows({ ...question, after }, limit, warehouse),
    placeOf,
    shows: 'last',
    keep: (rows) => rows.filter(({ values }) => values !== TAKEN_BACK),
  });
}

/** Windows of one start are told apart by their end and key, which one text orders. */
const TIE = "concat(leftPad(toString(toUnixTimestamp64Micro(`end`)), 20, '0'), '/', key)";

async function readRows(
  { tenant, author, where, after }: JobResultsQuestion,
  limit: number,
  warehouse: StreamTables,
): Promise<readonly ResultRow[]> {
  const { job, sinceVersion, throughVersion } = author;
  const params = new SqlParameters();
  const sql = `SELECT key, start, \`end\`, revision, values, ${TIE} AS tie
FROM ${DATABASE}.${RESULTS_TOPIC}
WHERE _tenant = ${params.bind(tenant, 'String')} AND job = ${params.bind(job, 'String')}
  AND jobVersion BETWEEN ${params.bind(sinceVersion, 'UInt32')} AND ${params.bind(throughVersion ?? UINT32_MAX, 'UInt32')} AND ${RESULTS_FILTER.sql(where, params)} AND ${behindSql({ time: 'start', tie: TIE }, after, params)}
ORDER BY _tenant DESC, job DESC, start DESC, \`end\` DESC, key DESC, _offset DESC
LIMIT ${params.bind(limit, 'UInt32')}`;
  return (await warehouse.query<ResultRow>(sql, { params: params.values })).rows;
}

const UINT32_MAX = 2 ** 32 - 1;

function placeOf({ start, tie }: ResultRow): StreamPlace {
  return { timeUs: microsecondsOf(start), tie };
}

function resultOf(author: ResultsAuthor, { tie: _tie, values, ...row }: ResultRow): JobResult {
  return jobResult(author, { ...row, values: JSON.parse(values) });
}
