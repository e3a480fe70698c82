import DataLoader from 'dataloader';
import { OwnResult } from '../../cache/own-result.ts';
import { MovedMeanwhile, type ResultCache } from '../../cache/result-cache.ts';
import type { Version } from '../../model/version.ts';
import { allAborted } from '../../platform/shared-flight.ts';
import type { Progress, ReadScope } from '../../warehouse/progress.ts';
import { intervalText } from '../time/interval-text.ts';
import type { ResolvedRange } from '../time/resolve-range.ts';
import type { Interval } from '../time/windows.ts';
import { type MetricsQuestion, questionTexts, ROWS_MAX } from './metrics-question.ts';
import { type MetricsRow, type Scan, type Scanned, tooManyRows } from './scan-metrics.ts';
import { isSegmented, segmentsOf } from './segments.ts';

export interface SegmentedRequest {
  readonly question: MetricsQuestion;
  readonly scope: ReadScope;
  /** What is visible as the read begins. */
  readonly version: Version;
  readonly signal: AbortSignal;
  /** Takes the names under which the slices are kept. */
  readonly parts: Set<string>;
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
  const cost = { rowsRead: 0, bytesRead: 0 };
  const counted: Scan = async (each) => {
    const scanned = await scan(each);
    cost.rowsRead += scanned.rowsRead;
    cost.bytesRead += scanned.bytesRead;
    return scanned;
  };
  const rest = totalAlone(question);
  const [read, total] = await Promise.all([
    readSegments({ ...request, segments, scan: counted, ...sources }),
    rest === null ? {} : counted({ question: rest, part: null, signal }).then((scanned) => scanned.total),
  ]);
  const rows = read.flatMap((segment) => segment.rows);
  if (rows.length > ROWS_MAX) throw tooManyRows(`the answer has more than ${ROWS_MAX} rows`);
  const segmentsReused = read.filter(({ isReused }) => isReused).length;
  return { rows, hasMore: false, total, rates: [], ...cost, segments: segments.length, segmentsReused };
}

/** A total is computed over all of the range, never added up. */
function totalAlone(question: MetricsQuestion): MetricsQuestion | null {
  const { total } = question.select;
  if (total === null || total.length === 0) return null;
  return { ...question, select: { ...question.select, rows: null } };
}

interface Segments extends SegmentedRequest {
  readonly segments: readonly ResolvedRange[];
  readonly scan: Scan;
  readonly cache: ResultCache;
  readonly progress: Progress;
}

interface ReadSegment {
  readonly rows: readonly MetricsRow[];
  readonly isReused: boolean;
}

async function readSegments(from: Segments): Promise<readonly ReadSegment[]> {
  const identities = () =>
    from.progress.identitiesOf(from.question.kind.plural, { ...from.scope, spans: from.segments });
  const before = await identities();
  const missing = new DataLoader<MissingSegment, SegmentRows>(
    async (asked) => {
      const rows = await readMissing(from, asked);
      const after = await identities();
      const stoodStill = (index: number) => before[index] !== null && after[index] === before[index];
      return asked.map(({ index }) => ({ rows: rows.get(index) ?? [], stoodStill: stoodStill(index) }));
    },
    { cache: false },
  );
  const textOf = questionTexts(rowsAlone(from.question));
  return Promise.all(
    from.segments.map((segment, index) =>
      readSegment(
        from,
        { index, segment, identity: before[index] ?? null, text: `rows of ${textOf(segment)}` },
        missing,
      ),
    ),
  );
}

interface WantedSegment {
  readonly index: number;
  readonly segment: ResolvedRange;
  /** Null: it cannot be kept. */
  readonly identity: string | null;
  /** Of all that changes it but the data. */
  readonly text: string;
}

/** The kept slice, or one that is read now. */
async function readSegment(
  { question, version, signal, parts, cache }: Segments,
  { index, segment, identity, text: asked }: WantedSegment,
  missing: DataLoader<MissingSegment, SegmentRows>,
): Promise<ReadSegment> {
  const read = async () => ({ rows: (await missing.load({ index, signal })).rows, isReused: false });
  if (identity === null) return read();
  const { tenant, kind } = question;
  const about = () => ({ topics: [kind.plural], range: intervalText(segment) });
  const mine = new OwnResult<readonly MetricsRow[]>();
  let isOurs = false;
  const compute = async (flight: AbortSignal) => {
    isOurs = true;
    const { rows, stoodStill } = await missing.load({ index, signal: flight });
    if (!stoodStill) throw new SegmentMoved(rows);
    mine.made(rows);
    return { text: () => JSON.stringify(rows), identity, version };
  };
  try {
    const key = { tenant, question: asked, about, identity, version };
    const found = await cache.through(key, compute, signal);
    parts.add(found.entry);
    const rows = mine.take()?.value ?? (JSON.parse(found.text) as readonly MetricsRow[]);
    return { rows, isReused: found.outcome === 'hit' };
  } catch (error) {
    if (error instanceof SegmentMoved) return { rows: error.rows, isReused: false };
    // Another question's reading failed, or came to its deadline: ours need not.
    if (!isOurs && !signal.aborted) return read();
    throw error;
  }
}

/** Read while a load touched it: given out to who throws the whole answer away for the same reason, and not kept. */
class SegmentMoved extends MovedMeanwhile {
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

interface SegmentRows {
  readonly rows: readonly MetricsRow[];
  readonly stoodStill: boolean;
}

/** By number; slices that follow each other in one statement. */
async function readMissing(
  from: Segments,
  asked: readonly MissingSegment[],
): Promise<ReadonlyMap<number, readonly MetricsRow[]>> {
  const signal = allAborted(asked.map((each) => each.signal));
  const runs = runsOf(asked.map(({ index }) => index).sort((a, b) => a - b));
  const read = await Promise.all(runs.map((run) => readRun({ ...from, signal }, run)));
  return new Map(read.flat());
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
  { question, segments, signal, scan }: Segments,
  run: Run,
): Promise<readonly (readonly [index: number, rows: readonly MetricsRow[]])[]> {
  const part = hull(run.flatMap((index) => segments[index] ?? []));
  const { rows } = await scan({ question: rowsAlone(question), part, signal });
  return run.map((index) => {
    const { fromUs, toUs } = segments[index] ?? part;
    return [index, rows.filter(({ startUs }) => startUs >= fromUs && startUs < toUs)] as const;
  });
}

function hull(intervals: readonly Interval[]): Interval {
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a run is never empty');
  return { fromUs: first.fromUs, toUs: last.toUs };
}

function rowsAlone(question: MetricsQuestion): MetricsQuestion {
  const select = { rows: question.select.rows, total: null, previous: null, rates: false };
  return { ...question, compare: null, select };
}
