import type { JobState } from '../../model/jobs/job-report.ts';
import { type PartitionFigures, sumOfPartitions } from '../../model/jobs/partition-figures.ts';
import type { JobStatus } from '../runtime/job-status.ts';
import type { JobNews } from './thread-talk.ts';

/** What the threads that work on a job said last, and whether they are up. */
export interface ThreadWord {
  readonly news: JobNews | null;
  readonly isUp: boolean;
  readonly trouble: string | null;
}

/** How much there is to take of a partition, as the main thread knows it at this moment; null where it does not. */
export type EndOf = (topic: string, partition: number) => { readonly first: bigint; readonly next: bigint } | null;

export type ThreadFigures = Omit<JobStatus, 'id' | 'name' | 'tenant' | 'version' | 'mode' | 'builtIn'>;

/** What is told of a job on several threads. A partition of which two of them speak is as the newer word says. */
export function threadsTogether(words: readonly ThreadWord[], endOf: EndOf): ThreadFigures {
  const said = words.flatMap(({ news }) => (news === null ? [] : [news]));
  const partitions = newest(said).map((figures) => withLag(figures, said, endOf));
  const statuses = said.map(({ status }) => status);
  const durations = statuses.flatMap(({ checkpoints: { durationMs } }) => (durationMs === null ? [] : [durationMs]));
  const { checkpoints, ...sums } = sumOfPartitions(partitions);
  return {
    status: stateOf(words),
    uptimeMs: Math.max(0, ...statuses.map(({ uptimeMs }) => uptimeMs)),
    recordsPerSecond: statuses.reduce((sum, { recordsPerSecond }) => sum + recordsPerSecond, 0),
    ...sums,
    checkpoints: { ...checkpoints, durationMs: durations.length === 0 ? null : Math.max(...durations) },
    error:
      statuses.find(({ error }) => error !== null)?.error ??
      words.find(({ trouble }) => trouble !== null)?.trouble ??
      null,
    partitions,
  };
}

/**
 * It runs when all of them do, so that what is told of the whole job is told of all its partitions. One that has nothing to do says nothing about
 * that, unless there is no other.
 */
function stateOf(words: readonly ThreadWord[]): JobState {
  const busy = words.filter(({ news, isUp }) => !(isUp && news?.isIdle === true));
  const states = (busy.length === 0 ? words : busy).map(({ news, isUp }) =>
    news === null || !isUp ? 'STARTING' : news.status.status,
  );
  return ORDER.find((each) => states.includes(each)) ?? 'STARTING';
}

const ORDER = ['FAILED', 'STARTING', 'RUNNING', 'PAUSED', 'CANCELLED'] as const;

function newest(said: readonly JobNews[]): readonly PartitionFigures[] {
  const byPlace = new Map<string, PartitionFigures>();
  for (const figures of said.flatMap(({ status }) => status.partitions)) {
    const known = byPlace.get(figures.place);
    if (known === undefined || figures.commits > known.commits) byPlace.set(figures.place, figures);
  }
  return [...byPlace.values()];
}

/** Figures of a thread are a moment old; what came into the log meanwhile is not taken for nothing. */
function withLag(figures: PartitionFigures, said: readonly JobNews[], endOf: EndOf): PartitionFigures {
  const { place } = figures;
  const cut = place.lastIndexOf('/');
  const end = endOf(place.slice(0, cut), Number(place.slice(cut + 1)));
  const taken = said.find((news) => news.taken.has(place))?.taken.get(place);
  if (end === null || taken === undefined) return figures;
  const kept = end.next - end.first;
  const left = end.next - taken;
  return { ...figures, lag: Math.max(0, Math.min(Number(left), Number(kept))) };
}
