import type { Run } from '../../platform/runs.ts';
import type { OutputFacts } from '../streams/encode-output.ts';
import type { AlertOutput } from '../streams/output.ts';
import type { JobSpec } from './job-spec.ts';

/** Rules tried over history. */
export interface Backtests {
  /** Null where so much long work waits already that this would be forgotten. */
  start(tenant: string, spec: JobSpec, range: BacktestRange): Backtest | null;
  find(tenant: string, id: string): Backtest | null;
}

export interface Backtest {
  readonly run: Run;
  /** Null until the run has succeeded. */
  readonly outcome: BacktestOutcome | null;
}

/** Alerts that were complete from here on and before there, in microseconds. */
export interface BacktestRange {
  readonly fromUs: number;
  readonly toUs: number;
}

export interface BacktestOutcome {
  /** What the rule would have raised. */
  readonly alerts: number;
  /** The first of them. */
  readonly onlyHere: readonly RaisedAlert[];
  readonly onlyHereCount: number;
  /** The first of what the live job of the same name raised, and this would not have. */
  readonly onlyLive: readonly RaisedAlert[];
  readonly onlyLiveCount: number;
}

export type RaisedAlert = OutputFacts & { readonly alert: AlertOutput };
