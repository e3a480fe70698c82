import { Counter, type Registry } from 'prom-client';

/** What a member of admission has judged since it started, whoever wrote it: also those who write to Kafka directly and wait for nothing. */
export interface JudgedCounts {
  readonly admitted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly forwarded: number;
}

export function showAdmission(registry: Registry, judged: () => JudgedCounts): void {
  new Counter({
    name: 'lakegate_admission_events_total',
    help: 'Events that this member of admission judged, by what became of them.',
    labelNames: ['verdict'],
    registers: [registry],
    collect() {
      const { admitted, duplicates, rejected, forwarded } = judged();
      this.reset();
      this.inc({ verdict: 'admitted' }, admitted);
      this.inc({ verdict: 'duplicate' }, duplicates);
      this.inc({ verdict: 'rejected' }, rejected);
      this.inc({ verdict: 'forwarded' }, forwarded);
    },
  });
}
