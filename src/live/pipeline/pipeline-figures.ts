import type { LedgerReading } from '../../warehouse/ledger.ts';
import type { Intake } from './read-intake.ts';

/** How events get through, at one moment. */
export interface PipelineFigures {
  readonly status: PipelineStatus;
  readonly eventsPerSecond: number;
  /** Null where nobody sent anything here lately. */
  readonly freshnessMsP50: number | null;
  readonly freshnessMsP99: number | null;
  readonly lag: number;
  readonly rejectedLastHour: number;
  readonly lateLastHour: number;
  readonly subscribers: number;
  readonly cacheHitRatio: number;
  readonly ledger: LedgerReading;
  readonly intake: Intake;
}

export type PipelineStatus = 'OK' | 'BEHIND' | 'READ_ONLY' | 'DOWN';
