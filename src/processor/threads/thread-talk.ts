import type { MessagePort } from 'node:worker_threads';
import type { KafkaWorkOptions } from '../../log/kafka-work.ts';
import type { SentError } from '../../platform/sent-error.ts';
import type { JobOrigin } from '../job.ts';
import type { JobTopic, RunnerTotals } from '../runtime/job-runner.ts';
import type { JobName, JobStatus } from '../runtime/job-status.ts';

/** What a thread is made with: data, from which it makes everything else itself. */
export interface ThreadSeat {
  readonly index: number;
  /** How many there are. */
  readonly threads: number;
  readonly schemaDir: string;
  /** Of a user's own jobs. */
  readonly jobsDir: string | null;
  readonly log: LogSeat;
  readonly topics: readonly TopicSize[];
  readonly logLevel: string;
  readonly stateBytesInMemory: number;
  readonly stepRecordsMax: number | null;
}

export type LogSeat =
  | { readonly on: 'embedded'; readonly dir: string; readonly port: MessagePort }
  | {
      readonly on: 'kafka';
      readonly connection: Omit<KafkaWorkOptions, 'logger' | 'kafkaName' | 'clock'>;
      /** How Kafka calls those whose name there is not ours with the prefix. */
      readonly names: ReadonlyMap<string, string>;
    };

export interface TopicSize {
  readonly topic: string;
  readonly partitions: number;
}

export type ToThread =
  | { readonly tell: 'ask'; readonly id: number; readonly ask: ThreadAsk }
  /** The topic that it needed is there, or cannot be made. */
  | { readonly tell: 'made'; readonly id: number; readonly error: SentError | null }
  | { readonly tell: 'floors'; readonly floors: readonly PlaceFloor[] };

export type ThreadAsk =
  /** It runs, or is there and waits. */
  | { readonly what: 'run'; readonly job: JobOrigin; readonly paused: boolean }
  /** Forgets everything it knew in the partitions of this thread. */
  | { readonly what: 'clear'; readonly job: JobOrigin }
  /** Is not there any more. What it knows stays. */
  | { readonly what: 'drop'; readonly name: JobName }
  | { readonly what: 'stop'; readonly deadlineMs: number };

export type FromThread =
  | { readonly tell: 'up' }
  | { readonly tell: 'answer'; readonly id: number; readonly error: SentError | null }
  | { readonly tell: 'need'; readonly id: number; readonly what: 'topic' | 'changelog'; readonly topic: JobTopic }
  /** Null: nothing is new, but it is there. */
  | { readonly tell: 'news'; readonly news: ThreadNews | null };

export interface ThreadNews {
  readonly jobs: readonly JobNews[];
  readonly totals: RunnerTotals;
}

export interface JobNews {
  readonly status: JobStatus;
  /** How far each partition was taken, by its name. */
  readonly taken: ReadonlyMap<string, bigint>;
  /** On Kafka other members, here or elsewhere, may have all partitions. */
  readonly isIdle: boolean;
}

/** Every record of the partition from `next` on meets at least this. True for ever, so that it may be known late. */
export interface Floor {
  readonly next: bigint;
  readonly floorMs: number;
}

export interface PlaceFloor extends Floor {
  readonly topic: string;
  readonly partition: number;
}
