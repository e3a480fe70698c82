import type { JobFigures } from './job-report.ts';

/** What a job has done in one partition of its input, as of its last commit: facts, whoever tells of them. Those with more commits are newer. */
export interface PartitionFigures {
  /** `topic/partition` */
  readonly place: string;
  /** What it reads goes on to the partition of the job's own key: it is counted here, and everything else is where it is worked on. */
  readonly sends: boolean;
  readonly records: number;
  readonly late: number;
  readonly commits: number;
  readonly lastCommitAtMs: number | null;
  readonly watermarkMs: number | null;
  readonly stateKeys: number;
  readonly stateBytes: number;
  /** 0 where nobody works on it. */
  readonly lag: number;
}

type SummedFigures = Pick<
  JobFigures,
  'recordsProcessed' | 'lag' | 'watermarkMs' | 'late' | 'stateKeys' | 'stateBytes'
> & { readonly checkpoints: Omit<JobFigures['checkpoints'], 'durationMs'> };

export function sumOfPartitions(partitions: readonly PartitionFigures[]): SummedFigures {
  const sending = partitions.filter(({ sends }) => sends);
  const working = partitions.filter(({ sends }) => !sends);
  const lastAt = working.flatMap(({ lastCommitAtMs }) => (lastCommitAtMs === null ? [] : [lastCommitAtMs]));
  const watermarks = working.flatMap(({ watermarkMs }) => (watermarkMs === null ? [] : [watermarkMs]));
  return {
    recordsProcessed: sum(sending.length > 0 ? sending : working, ({ records }) => records),
    lag: sum(partitions, ({ lag }) => lag),
    watermarkMs: watermarks.length === 0 ? null : Math.min(...watermarks),
    late: sum(working, ({ late }) => late),
    stateKeys: sum(working, ({ stateKeys }) => stateKeys),
    stateBytes: sum(working, ({ stateBytes }) => stateBytes),
    checkpoints: {
      count: sum(working, ({ commits }) => commits),
      lastAtMs: lastAt.length === 0 ? null : Math.max(...lastAt),
    },
  };
}

function sum(partitions: readonly PartitionFigures[], of: (figures: PartitionFigures) => number): number {
  return partitions.reduce((total, each) => total + of(each), 0);
}
