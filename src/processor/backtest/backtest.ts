import type { Log } from '../../log/log.ts';
import type { StoredHeadedRecord } from '../../log/partition-work.ts';
import type { KindModel } from '../../model/event-model.ts';
import type { BacktestOutcome, BacktestRange, RaisedAlert } from '../../model/jobs/backtests.ts';
import { decodeOutput } from '../../model/streams/decode-output.ts';
import type { AlertOutput } from '../../model/streams/output.ts';
import { ALERTS_TOPIC } from '../../model/streams/stream-topics.ts';
import type { Clock } from '../../platform/clock.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { RunFigures } from '../../platform/runs.ts';
import type { Job } from '../job.ts';
import { JobTask } from '../runtime/job-task.ts';
import { eventSource, storedEvent } from '../runtime/stored-event.ts';
import { AlertComparison } from './alert-comparison.ts';
import { MemoryState } from './memory-state.ts';

export interface BacktestOptions {
  readonly log: Log;
  readonly job: Job;
  readonly tenant: string;
  readonly kind: KindModel;
  /** Alerts of this time are compared. */
  readonly range: BacktestRange;
  /** Every record of the partition that is not there yet meets at least this. */
  readonly floorMs: (topic: string, partition: number, next: bigint) => number | null;
  readonly clock: Clock;
  readonly tell: (figures: RunFigures) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs a rule over all the history that the log keeps, by the code that runs it live, and compares with what the live rule raised. From the
 * first record on and not from the range: what a rule knows when the range begins is part of what it would have done.
 */
export async function backtest(options: BacktestOptions): Promise<BacktestOutcome> {
  const { log, kind } = options;
  checkJob(options);
  const partitions = await log.ends(kind.plural);
  const records = partitions.reduce((sum, { first, next }) => sum + Number(next - first), 0);
  const comparison = new AlertComparison();
  for await (const alert of liveAlerts(options)) comparison.addLive(alert);
  let read = 0;
  for (const { partition, first, next } of partitions) {
    const told = (count: number) => {
      read += count;
      options.tell({ read, progress: Math.min(0.99, read / Math.max(1, records)) });
    };
    await alertsOfPartition(
      options,
      { partition, first, next },
      { told, raised: (alert) => comparison.addHere(alert) },
    );
  }
  for await (const alert of liveAlerts(options)) comparison.showLive(alert);
  return comparison.outcome();
}

function isAskedFor({ tenant, range }: BacktestOptions, raised: RaisedAlert): boolean {
  const { matchedAtUs } = raised.alert;
  return raised.tenant === tenant && matchedAtUs >= range.fromUs && matchedAtUs < range.toUs;
}

/** What a window counts is compared with the warehouse, not with alerts; events under another key than the kind's lie in other partitions. */
function checkJob({ job, kind }: BacktestOptions): void {
  const [source] = job.sources;
  if (source?.keyField === kind.keyField) return;
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `A backtest runs over events in the order of the kind's own key: expected the key ${kind.keyField}, got ${source?.keyField}.`,
  });
}

async function alertsOfPartition(
  options: BacktestOptions,
  { partition, first, next }: { readonly partition: number; readonly first: bigint; readonly next: bigint },
  { told, raised }: { readonly told: (count: number) => void; readonly raised: (alert: RaisedAlert) => void },
): Promise<void> {
  const { log, job, kind, floorMs, clock, signal } = options;
  const state = new MemoryState();
  const transaction = state.transaction((topic, _partition, records) => {
    if (topic !== ALERTS_TOPIC) return;
    for (const alert of records.map(({ value }) => raisedAlert(value))) if (isAskedFor(options, alert)) raised(alert);
  });
  const source = eventSource(kind, partition);
  const task = new JobTask({
    job,
    source: { where: job.sources[0]?.where ?? null },
    partition,
    state,
    input: {
      from: 'direct',
      eventOf: (record) => storedEvent(record, source),
    },
    floorMs: (at) => floorMs(kind.plural, partition, at),
    stateBytesInMemory: STATE_BYTES_IN_MEMORY,
    clock,
  });
  const step = async (records: readonly StoredHeadedRecord[]) => {
    await task.step(records, transaction);
    state.commit();
    task.committed();
    told(records.length);
  };
  let at = first;
  // To where the log ended when it began, and no further: what comes meanwhile is of a time after the question.
  for await (const records of log.read(kind.plural, partition, first, { signal, follow: false })) {
    const before = records.filter(({ offset }) => offset < next);
    if (before.length > 0) await step(before.map((record) => ({ ...record, headers: {} })));
    at = (records.at(-1)?.offset ?? at) + 1n;
    if (at >= next) break;
  }
  signal.throwIfAborted();
  // A quiet stream: what waits for an absence is told by the time that has passed since.
  if (task.wantsStep()) await step([]);
}

/** Of decoded states: a backtest holds all of its state in memory anyway. */
const STATE_BYTES_IN_MEMORY = 64 * 1024 * 1024;

/** Read twice rather than held: a rule may have raised any number of them. */
async function* liveAlerts(options: BacktestOptions): AsyncGenerator<RaisedAlert> {
  const { log, job, signal } = options;
  for (const { partition, first, next } of await log.ends(ALERTS_TOPIC)) {
    if (first === next) continue;
    for await (const records of log.read(ALERTS_TOPIC, partition, first, { signal, follow: false })) {
      for (const { value } of records) {
        const raised = raisedAlert(value);
        if (raised.job === job.name && !raised.shadow && isAskedFor(options, raised)) yield raised;
      }
    }
  }
  signal.throwIfAborted();
}

function raisedAlert(value: Uint8Array): RaisedAlert {
  const { output, facts } = decodeOutput(ALERTS_TOPIC, value);
  return { ...facts, alert: output.record as AlertOutput };
}
