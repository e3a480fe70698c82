import type { JudgedCounts } from '../../gateway/metrics/admission-figures.ts';
import type { Admission } from '../../ingest/admission.ts';
import type { ClaimingLog, Log } from '../../log/log.ts';
import type { EventModel } from '../../model/event-model.ts';
import type { Config } from '../../platform/config.ts';
import type { Lifecycle } from '../../platform/lifecycle.ts';
import type { Logger } from '../../platform/telemetry.ts';
import type { PartitionLag } from '../../warehouse/lag.ts';
import type { Progress } from '../../warehouse/progress.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Processor } from './start-processor.ts';

/** The way of an event through this process, on whichever log: what the doors stand on, and what is told about it. */
export interface Pipeline {
  readonly log: Log;
  /** Null where this process has no use for it: admission alone. */
  readonly warehouse: Warehouse | null;
  /** Null in a process without the gateway's role that does not load by itself either. */
  readonly progress: Progress | null;
  /** Null in a process without the gateway's role. */
  readonly doors: DoorParts | null;
  /** What goes wrong at the moment with the work of this process; null while all goes well. */
  readonly problems: Readonly<Record<'loader' | 'admission' | 'processor', () => string | null>>;
  /** Null in a process without the processor's role. */
  readonly processor: Processor | null;
  /** Every record of the kind's partition from `next` on meets at least this. Null where that is not known. */
  floorMs(topic: string, partition: number, next: bigint): number | null;
  /** How far the readers of the log are behind, as far as this process can see. */
  lag(): Promise<readonly PartitionLag[]>;
  /** Commits of this process that were refused because another member owns the partition by now. */
  fencedCommits(): number;
  /** What this process judged as a member of admission; null where it is none, and where the gateway judges by itself. */
  readonly judged: (() => JudgedCounts) | null;
  /** Records that were no longer kept when this process was to judge them. */
  skippedRecords(): number;
  /** Whoever waits for a version is told now that it is not visible yet: the first step of stopping. */
  stopWaiting(): void;
}

export interface DoorParts {
  readonly admission: Admission;
  readonly warehouse: Warehouse;
  readonly progress: Progress;
  /** Null where claims on ids are out of reach, because admission keeps them to itself. */
  readonly findClaim: ClaimingLog['findClaim'] | null;
}

/** What every part of the start has at hand. */
export interface StartContext {
  readonly config: Config;
  readonly logger: Logger;
  readonly model: EventModel;
  /** Absolute. */
  readonly dataDir: string;
  readonly lifecycle: Lifecycle;
  /** What is not needed to answer people waits for this. */
  readonly doorsOpen: Promise<void>;
}
