import type { Position } from '../log/log.ts';
import type { KindModel } from '../model/event-model.ts';
import { pointerTo, type Rejection } from '../model/validate/rejection.ts';
import type { Version } from '../model/version.ts';
import type { Admitted, EventVerdict } from './admit-events.ts';

/** The answer to a call: its verdicts, counted, and the version that covers them. */
export function admittedOf(kind: KindModel, verdicts: readonly EventVerdict[]): Admitted {
  const counts = { ADMITTED: 0, DUPLICATE: 0, REJECTED: 0, PENDING: 0 };
  for (const { verdict } of verdicts) counts[verdict]++;
  return {
    admitted: counts.ADMITTED,
    duplicates: counts.DUPLICATE,
    rejected: counts.REJECTED,
    pending: counts.PENDING,
    version: versionOf(kind, verdicts),
    verdicts,
  };
}

function versionOf(kind: KindModel, verdicts: readonly EventVerdict[]): Version {
  const last = new Map<number, bigint>();
  for (const { position } of verdicts) {
    if (position !== null && position.offset > (last.get(position.partition) ?? -1n)) {
      last.set(position.partition, position.offset);
    }
  }
  return { offsets: last.size === 0 ? new Map() : new Map([[kind.plural, last]]), watermarksMs: new Map() };
}

export function rejectedVerdict(index: number, id: string | null, rejection: Rejection): EventVerdict {
  return { index, id, verdict: 'REJECTED', position: null, rejection };
}

/** Why an id that was admitted at `first` cannot be taken again with other content. */
export function idConflict(kind: KindModel, first: Position): Rejection {
  const [idField = ''] = kind.idFields;
  return {
    code: 'ID_CONFLICT',
    pointer: kind.idFields.length === 1 ? pointerTo(idField) : '',
    expected: `the content this id was admitted with, at ${first.topic}/${first.partition}/${first.offset}, or another id`,
    got: 'the same id with other content',
  };
}
