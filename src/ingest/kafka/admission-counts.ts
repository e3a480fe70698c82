import type { Outcome } from './judge-step.ts';

/** What a member has decided since it started. */
export class AdmissionCounts {
  admitted = 0;
  duplicates = 0;
  rejected = 0;
  /** Into the partition where they belong. */
  forwarded = 0;

  add(outcomes: readonly Outcome[]): void {
    for (const { outcome } of outcomes) this[COUNTED[outcome]]++;
  }
}

const COUNTED = {
  admitted: 'admitted',
  duplicate: 'duplicates',
  conflict: 'rejected',
  rejected: 'rejected',
  misplaced: 'forwarded',
} as const satisfies Record<Outcome['outcome'], keyof AdmissionCounts>;
