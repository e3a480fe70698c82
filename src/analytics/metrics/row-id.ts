import { hash } from 'node:crypto';
import type { Interval } from '../time/windows.ts';
import type { MeasureValue } from './measure-value.ts';
import type { MetricsQuestion } from './metrics-question.ts';

/** What of a row, beside its question, says which one it is. */
export interface RowPlace {
  /** As answered: a window that the range cuts is not the whole one. */
  readonly window: Interval;
  /** The window that it is compared with. */
  readonly compared: Interval | null;
  /** The groups that have rows of their own, in the row of all others. */
  readonly othersThan: readonly string[] | null;
  readonly group: readonly MeasureValue[];
}

/**
 * Ids of the rows of a question: the same only where all that both answers say of the row is the same, so that a client may keep rows by their ids.
 * What is selected, left out, ordered and cut changes no row and is no part of it; neither is the range, but where a row tells of what was
 * before its window: so a range that moves on keeps the ids of the windows that stay.
 */
export function rowIds(question: MetricsQuestion): (place: RowPlace) => string {
  const { kind, range, timeZone, by, where, top, fill, convertTo, exact, select } = question;
  const looksBack = fill === 'PREVIOUS' || (select.rows !== null && select.rows.running.length > 0);
  const asked = JSON.stringify([
    kind.kind,
    range.every,
    timeZone,
    by.map((field) => field.name),
    where,
    top && [top.n, top.by.name, top.others],
    fill,
    convertTo,
    exact,
    looksBack ? range.fromUs : null,
  ]);
  return ({ window, compared, othersThan, group }) => {
    const place = [window.fromUs, window.toUs, compared?.fromUs, compared?.toUs, othersThan, group];
    return hash('sha256', asked + JSON.stringify(place), 'base64url').slice(0, 22);
  };
}
