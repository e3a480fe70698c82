import type { MetricsAnswer } from '../../analytics/metrics/answer-metrics.ts';
import type { Measures, MetricsRow } from '../../analytics/metrics/scan-metrics.ts';
import type { Version } from '../../model/version.ts';
import type { MetricsUpdate } from './metrics-update.ts';

/**
 * An answer that goes on, and of each row when it changed last, counted in changes of the answer. From that follows what anybody missed, however
 * much it is, as one patch; so nothing is kept for a reader, and what is held is bounded by the rows there are.
 */
export class AnswerState {
  readonly #options: AnswerStateOptions;
  #rows: ReadonlyMap<string, KeptRow> = new Map();
  /** Ids that went, with the change that took them, the oldest first. */
  readonly #gone = new Map<string, number>();
  /** Ids that went by this change or an earlier one may be forgotten. */
  #forgottenThrough = 0;
  #sequence = 0;
  #total: Measures = {};
  #version: Version | null = null;
  #tables: readonly string[] = [];
  #rowBytes = 0;
  /** Of texts in groups, which may be as long as whoever sent them likes. */
  #textBytes = 0;
  /** The earliest end of a window that is not final yet. */
  #finalNextUs = Number.POSITIVE_INFINITY;
  /** What was given out of the state as it is, by what the reader had. */
  readonly #updates = new Map<number, MetricsUpdate>();
  /** Of rows in these. */
  #updateBytes = 0;

  constructor(options: AnswerStateOptions) {
    this.#options = options;
  }

  /** How many times the answer has changed. */
  get sequence(): number {
    return this.#sequence;
  }

  /** What the state holds, about, with what is made of its updates on their way out. */
  get bytes(): number {
    const rowBytes = this.#rows.size * this.#rowBytes + this.#textBytes;
    return STATE_BYTES + this.#gone.size * GONE_BYTES + rowBytes + this.#updateBytes;
  }

  /** The answer is this now. False: all of it is as it was. */
  become({ rows, total, tables }: Pick<MetricsAnswer, 'rows' | 'total' | 'tables'>, version: Version): boolean {
    const sequence = this.#sequence + 1;
    const next = new Map<string, KeptRow>();
    let isChanged = this.#version === null || !sameValues(total, this.#total);
    for (const row of rows) {
      const kept = this.#keptRow(row, version, sequence);
      if (kept.changedAt === sequence) isChanged = true;
      next.set(row.id, kept);
    }
    const went = [...this.#rows.keys()].filter((id) => !next.has(id));
    if (went.length > 0) isChanged = true;
    this.#rows = next;
    this.#total = total;
    this.#tables = tables;
    this.#rowBytes = rows[0] === undefined ? 0 : bytesOf(rows[0]);
    this.#textBytes = textBytesOf(rows);
    this.#stepTo(version, isChanged);
    this.#note(went);
    return isChanged;
  }

  /** The answer is the same, and the watermark may have passed the end of windows. False: of none. */
  goOn(version: Version): boolean {
    if (!this.#options.finals || !this.#options.isFinal(this.#finalNextUs, version)) {
      this.#stepTo(version, false);
      return false;
    }
    return this.become(
      { rows: [...this.#rows.values()].map(({ row }) => row), total: this.#total, tables: this.#tables },
      version,
    );
  }

  /**
   * All that is new to a reader who has the answer as of that change (null: who has nothing). Who has the same gets the same object, and who
   * has everything gets null.
   */
  updateFrom(had: number | null): MetricsUpdate | null {
    if (this.#version === null || had === this.#sequence) return null;
    const isKnown = had !== null && had >= this.#forgottenThrough && had < this.#sequence;
    const from = isKnown ? had : NOTHING;
    const known = this.#updates.get(from);
    if (known !== undefined) return known;
    const made = this.#makeUpdate(from, this.#version);
    if (this.#updates.size < UPDATES_MAX) {
      this.#updates.set(from, made);
      this.#updateBytes += made.rows.length * this.#rowBytes + textBytesOf(made.rows);
    }
    return made;
  }

  #makeUpdate(from: number, version: Version): MetricsUpdate {
    const isSnapshot = from === NOTHING;
    const rows: MetricsRow[] = [];
    for (const { row, changedAt } of this.#rows.values()) if (changedAt > from) rows.push(row);
    const removed: string[] = [];
    if (!isSnapshot) for (const [id, goneAt] of this.#gone) if (goneAt > from) removed.push(id);
    return {
      type: isSnapshot ? 'SNAPSHOT' : 'PATCH',
      cursor: this.#options.cursorAt(this.#sequence),
      rows,
      removed,
      total: this.#total,
      version,
      tables: this.#tables,
    };
  }

  #keptRow(row: MetricsRow, version: Version, sequence: number): KeptRow {
    const { finals, isFinal } = this.#options;
    const final = finals && isFinal(row.endUs, version);
    const known = this.#rows.get(row.id);
    const isSame = known !== undefined && known.final === final && sameRow(known.row, row);
    return isSame ? known : { row, final, changedAt: sequence };
  }

  #stepTo(version: Version, isChanged: boolean): void {
    this.#version = version;
    this.#updates.clear();
    this.#updateBytes = 0;
    if (!isChanged) return;
    this.#sequence++;
    let finalNextUs = Number.POSITIVE_INFINITY;
    for (const { row, final } of this.#rows.values()) if (!final) finalNextUs = Math.min(finalNextUs, row.endUs);
    this.#finalNextUs = finalNextUs;
  }

  /** An id that went and came again is a row that changed. */
  #note(went: readonly string[]): void {
    for (const id of this.#gone.keys()) if (this.#rows.has(id)) this.#gone.delete(id);
    for (const id of went) this.#gone.set(id, this.#sequence);
    for (const [id, goneAt] of this.#gone) {
      if (this.#gone.size <= this.#options.goneMax) return;
      this.#gone.delete(id);
      this.#forgottenThrough = goneAt;
    }
  }
}

interface AnswerStateOptions {
  readonly cursorAt: (sequence: number) => string;
  /** Whether `final` is looked at. */
  readonly finals: boolean;
  readonly isFinal: (endUs: number, version: Version) => boolean;
  /** Ids of rows that went are remembered for so many. Who missed more gets a snapshot. */
  readonly goneMax: number;
}

interface KeptRow {
  readonly row: MetricsRow;
  readonly final: boolean;
  readonly changedAt: number;
}

/** What a reader has before the first snapshot: every change is later. */
const NOTHING = -1;

/** Readers are mostly at the same place; of more places than these, each has its update made by itself. */
const UPDATES_MAX = 64;

/** Measured on rows of a dozen values: some 50 bytes for each value with its name, and 250 for the row around them. */
const VALUE_BYTES = 50;
const ROW_BYTES = 250;
const GONE_BYTES = 100;
const STATE_BYTES = 10_000;

function bytesOf({ group, measures, shares, running, previous }: MetricsRow): number {
  const values = [group, measures, shares, running, previous ?? {}];
  return ROW_BYTES + VALUE_BYTES * values.reduce((count, each) => count + Object.keys(each).length, 0);
}

function textBytesOf(rows: readonly MetricsRow[]): number {
  let bytes = 0;
  for (const { group } of rows) {
    for (const name in group) {
      const value = group[name];
      if (typeof value === 'string') bytes += value.length;
    }
  }
  return bytes;
}

/** The id says which window of which group it is, so that start, end and group follow from it. */
function sameRow(a: MetricsRow, b: MetricsRow): boolean {
  return (
    a.startUs === b.startUs &&
    a.endUs === b.endUs &&
    a.lateCount === b.lateCount &&
    sameValues(a.group, b.group) &&
    sameValues(a.measures, b.measures) &&
    sameValues(a.shares, b.shares) &&
    sameValues(a.running, b.running) &&
    sameValues(a.previous ?? NO_VALUES, b.previous ?? NO_VALUES)
  );
}

const NO_VALUES: Measures = {};

/** Both answer one question: they have the same names. */
function sameValues(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  for (const name in a) if (a[name] !== b[name]) return false;
  return true;
}
