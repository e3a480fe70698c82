import { Gauge, type Registry } from 'prom-client';
import { type Poll, type PollOptions, startPoll } from '../../platform/start-poll.ts';

export interface LedgerSums {
  readonly gaps: number;
  readonly duplicates: number;
}

export interface LedgerSources extends Pick<PollOptions, 'onError'> {
  readonly ledger: () => Promise<LedgerSums>;
}

/** The ledger is read whole for it, which takes longer the more there is; what is wrong stays wrong for longer than a minute. */
const EVERY_MS = 60_000;

export function pollLedger(registry: Registry, { ledger, onError }: LedgerSources): Poll {
  const gaps = new Gauge({
    name: 'lakegate_ledger_gaps',
    help: 'Events that were loaded past and are not there. 0, or something is wrong.',
    registers: [registry],
  });
  const duplicates = new Gauge({
    name: 'lakegate_ledger_duplicates',
    help: 'Events that are there more than once. 0, or something is wrong.',
    registers: [registry],
  });
  const run = async () => {
    const sums = await ledger();
    gaps.set(sums.gaps);
    duplicates.set(sums.duplicates);
  };
  return startPoll({ everyMs: EVERY_MS, run, onError });
}
