import DataLoader from 'dataloader';
import type { ResultCache } from '../cache/result-cache.ts';
import type { Version } from '../model/version.ts';
import { allAborted } from '../platform/shared-flight.ts';
import type { Progress, ReadScope } from '../warehouse/progress.ts';
import { type MetricsQuestion, questionText, ROWS_MAX } from './metrics-question.ts';
import { type MetricsRow, type Scan, type Scanned, tooManyRows } from './scan-metrics.ts';
import { isSegmented, segmentsOf } from './segments.ts';
import { intervalText } from './time/interval-text.ts';
import type { ResolvedRange } from './time/resolve-range.ts';
import type { Interval } from './time/windows.ts';

export interface SegmentedRequest {
  readonly question: MetricsQuestion;
  readonly scope: ReadScope;
  /** What is visible as the read begins. */
  readonly version: Version;
  readonly signal: AbortSignal;
}

export interface SegmentedAnswer extends Scanned {
  readonly segments: number;
  readonly segmentsReused: number;
}

/**
 * Reads a question with the slices of its range that are kept from before, where they can stand alone; what is missing is read, slices that touch in
 * one statement. A slice is kept under the identity of exactly its own data, so that a write elsewhere leaves it. Whoever calls makes sure
 * that the data of the whole range stood still, else throws the answer away: then its slices are all of one version.
 */
export async function segmentedScan(
  request: SegmentedRequest,
  scan: Scan,
  sources: { readonly cache: ResultCache; readonly progress: Progress },
): Promise<SegmentedAnswer> {
  const { question, signal } = request;
  const segments = isSegmented(question) ? segmentsOf(question.range) : [];
  if (segments.length < 2) {
    return { ...(await scan({ question, part: null, signal })), segments: 1, segmentsReused: 0 };
  }
  const [rows, rest] = await Promise.all([
    segmentRows(request, segments, scan, sources),
    restOf(question) === null ? null : scan({ question: restOf(question) ?? question, part: null, signal }),
  ]);
  return {
    rows: rows.rows,
    hasMore: false,
    total: rest?.total ?? {},
    rates: [],
    rowsRead: rows.rowsRead + (rest?.rowsRead ?? 0),
    bytesRead: rows.bytesRead + (rest?.bytesRead ?? 0),
    segments: segments.length,
    segmentsReused: rows.reused,
  };
}

/** A total is computed over all of the range, never added up. */
function restOf(question: MetricsQuestion): MetricsQuestion | null {
  const { total } = question.select;
  if (total === null || total.length === 0) return null;
  return { ...question, select: { ...question.select, rows: null } };
}

interface SegmentRows {
  readonly rows: readonly MetricsRow[];
  readonly reused: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

async function segmentRows(
  { question, scope, version, signal }: SegmentedRequest,
  segments: readonly ResolvedRange[],
  scan: Scan,
  { cache, progress }: { readonly cache: ResultCache; readonly progress: Progress },
): Promise<SegmentRows> {
  const { tenant, kind } = question;
  const cost = { rowsRead: 0, bytesRead: 0 };
  const identities = () => progress.identitiesOf(kind.plural, { ...scope, spans: segments });
  const before = await identities();
  const missing = new DataLoader<MissingSegment, SegmentRead>(
    async (asked) => {
      const ends = allAborted(asked.map(({ signal }) => signal));
      const runs = runsOf(asked.map(({ index }) => index).sort((a, b) => a - b));
      const read = await Promise.all(runs.map((run) => readRun(run, { question, segments, signal: ends }, scan)));
      const after = await identities();
      for (const { scanned } of read) {
        cost.rowsRead += scanned.rowsRead;
        cost.bytesRead += scanned.bytesRead;
      }
      const found = new Map(read.flatMap(({ bySegment }) => [...bySegment]));
      return asked.map(({ index }) => ({
        rows: found.get(index) ?? [],
        stoodStill: before[index] !== null && after[index] === before[index],
      }));
    },
    { cache: false },
  );
  let reused = 0;
  const rowsOf = async (segment: ResolvedRange, index: number): Promise<readonly MetricsRow[]> => {
    const identity = before[index] ?? null;
    if (identity === null) return (await missing.load({ index, signal })).rows;
    const about = () => ({ topics: [kind.plural], range: intervalText(segment) });
    const key = { tenant, question: segmentText(question, segment), about, identity, version };
    let isOurs = false;
    try {
      const { text, outcome } = await cache.through(
        key,
        async (flight) => {
          isOurs = true;
          const { rows, stoodStill } = await missing.load({ index, signal: flight });
          if (!stoodStill) throw new SegmentMoved(rows);
          return { text: JSON.stringify(rows), identity, version };
        },
        signal,
      );
      if (outcome === 'hit') reused++;
      return JSON.parse(text) as readonly MetricsRow[];
    } catch (error) {
      if (error instanceof SegmentMoved) return error.rows;
      // Another question's reading failed, or came to its deadline: ours need not.
      if (!isOurs && !signal.aborted) return (await missing.load({ index, signal })).rows;
      throw error;
    }
  };
  const rows = await Promise.all(segments.map(rowsOf));
  const all = rows.flat();
  if (all.length > ROWS_MAX) throw tooManyRows(`the answer has more than ${ROWS_MAX} rows`);
  return { rows: all, reused, ...cost };
}

/** Read while a load touched it: given out to who throws the whole answer away for the same reason, and not kept. */
class SegmentMoved extends Error {
  readonly rows: readonly MetricsRow[];

  constructor(rows: readonly MetricsRow[]) {
    super('the segment moved');
    this.rows = rows;
  }
}

interface MissingSegment {
  readonly index: number;
  readonly signal: AbortSignal;
}

interface SegmentRead {
  readonly rows: readonly MetricsRow[];
  readonly stoodStill: boolean;
}

/** Numbers that follow each other, together. */
type Run = readonly number[];

/** More statements than this at once only wait for each other: then the slices between are read again. */
const RUNS_MAX = 4;

export function runsOf(indexes: readonly number[]): readonly Run[] {
  const runs: number[][] = [];
  for (const index of indexes) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === index - 1) run.push(index);
    else runs.push([index]);
  }
  if (runs.length <= RUNS_MAX) return runs;
  const [first = 0, last = 0] = [indexes[0], indexes.at(-1)];
  return [Array.from({ length: last - first + 1 }, (_, offset) => first + offset)];
}

async function readRun(
  run: Run,
  {
    question,
    segments,
    signal,
  }: Pick<SegmentedRequest, 'question' | 'signal'> & { readonly segments: readonly ResolvedRange[] },
  scan: Scan,
): Promise<{ readonly scanned: Scanned; readonly bySegment: ReadonlyMap<number, readonly MetricsRow[]> }> {
  const part = hull(run.flatMap((index) => segments[index] ?? []));
  const scanned = await scan({ question: rowsAlone(question), part, signal });
  const bySegment = run.map((index): [number, readonly MetricsRow[]] => {
    const segment = segments[index] ?? part;
    return [index, scanned.rows.filter(({ startUs }) => startUs >= segment.fromUs && startUs < segment.toUs)];
  });
  return { scanned, bySegment: new Map(bySegment) };
}

function hull(intervals: readonly Interval[]): Interval {
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a run is never empty');
  return { fromUs: first.fromUs, toUs: last.toUs };
}

function segmentText(question: MetricsQuestion, segment: ResolvedRange): string {
  return `rows of ${questionText({ ...rowsAlone(question), range: segment })}`;
}

function rowsAlone(question: MetricsQuestion): MetricsQuestion {
  return { ...question, select: { rows: question.select.rows, total: null, previous: null, rates: false } };
}
