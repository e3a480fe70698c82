import type { StreamPlace } from './stream-page.ts';

/** Reads a table of a stream from its newest end, in its own order. */
export interface NewestReader<Row> {
  /** Rows behind the place, newest first and of one place the last written first, at most so many. */
  read(after: StreamPlace | null, limit: number): Promise<readonly Row[]>;
  placeOf(row: Row): StreamPlace;
  /** Which of the rows of one place stands for it: the one written last, or the one written first. */
  readonly shows: 'last' | 'first';
  /** Those of them that belong into the answer. */
  keep(rows: readonly Row[]): Promise<readonly Row[]> | readonly Row[];
}

/**
 * At least so many rows for the answer, one a place, or all that there are. Rows of one place lie side by side, and are made one here: where the engine does
 * it (LIMIT 1 BY), it reads half a million rows ahead for a page of fifty.
 */
export async function readNewest<Row>(
  wanted: number,
  from: StreamPlace | null,
  { read, placeOf, shows, keep }: NewestReader<Row>,
): Promise<readonly Row[]> {
  const kept: Row[] = [];
  let after = from;
  let limit = Math.max(ROWS_MIN, ROWS_FACTOR * wanted);
  for (;;) {
    const rows = await read(after, limit);
    const isEnd = rows.length < limit;
    const places = inPlaces(rows, placeOf);
    // Of the last place there may be more rows.
    const whole = isEnd || shows === 'last' ? places : places.slice(0, -1);
    kept.push(...(await keep(whole.map((place) => (shows === 'last' ? place.last : place.first)))));
    if (isEnd || kept.length >= wanted) return kept;
    const behind = whole.at(-1);
    // All that was read is of one place, and there is more of it.
    if (behind === undefined) limit *= 2;
    else {
      after = placeOf(behind.last);
      limit = Math.min(limit * 2, ROWS_MAX);
    }
  }
}

/** Most things were written a few times, and a round costs some milliseconds however little it reads. */
const ROWS_FACTOR = 4;
const ROWS_MIN = 100;
/** Some megabytes as JSON. */
const ROWS_MAX = 20_000;

interface InOnePlace<Row> {
  readonly last: Row;
  first: Row;
}

function inPlaces<Row>(rows: readonly Row[], placeOf: (row: Row) => StreamPlace): readonly InOnePlace<Row>[] {
  const places: InOnePlace<Row>[] = [];
  let before: StreamPlace | null = null;
  for (const row of rows) {
    const place = placeOf(row);
    const open = places.at(-1);
    if (open !== undefined && before?.timeUs === place.timeUs && before.tie === place.tie) open.first = row;
    else places.push({ last: row, first: row });
    before = place;
  }
  return places;
}
