import { Counter, Histogram, type Registry } from 'prom-client';
import type { Admission } from '../../ingest/admission.ts';
import type { Admitted } from '../../ingest/admit-events.ts';
import type { KindModel } from '../../model/event-model.ts';
import type { Version } from '../../model/version.ts';

/** The same admission, counted and timed. `onAdmitted` is told what was made durable, in time for measuring when it becomes visible. */
export function measureAdmission(
  admission: Admission,
  kinds: readonly KindModel[],
  { registry, onAdmitted }: AdmissionFigures,
): Admission {
  const events = new Counter({
    name: 'lakegate_events_total',
    help: 'Events that were answered, by what became of them.',
    labelNames: ['kind', 'verdict'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'lakegate_ingest_seconds',
    help: 'From a call with events to its verdicts, all of them durable.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  // Who watches a rate needs the 0 before the first.
  for (const kind of kinds) count(events, kind, { admitted: 0, duplicates: 0, rejected: 0, pending: 0 });
  const measured = async (kind: KindModel, admit: () => Promise<Admitted>) => {
    const end = seconds.startTimer();
    const admitted = await admit();
    end();
    count(events, kind, admitted);
    onAdmitted(admitted.version);
    return admitted;
  };
  return {
    admitEvents: (kind, call) => measured(kind, () => admission.admitEvents(kind, call)),
    admitInputs: (kind, call) => measured(kind, () => admission.admitInputs(kind, call)),
    keepRefusedRequest: (refused) => admission.keepRefusedRequest(refused),
  };
}

interface AdmissionFigures {
  readonly registry: Registry;
  readonly onAdmitted: (version: Version) => void;
}

type Counts = Pick<Admitted, 'admitted' | 'duplicates' | 'rejected' | 'pending'>;

function count(events: Counter<'kind' | 'verdict'>, { singular: kind }: KindModel, counts: Counts): void {
  events.inc({ kind, verdict: 'admitted' }, counts.admitted);
  events.inc({ kind, verdict: 'duplicate' }, counts.duplicates);
  events.inc({ kind, verdict: 'rejected' }, counts.rejected);
  events.inc({ kind, verdict: 'pending' }, counts.pending);
}
