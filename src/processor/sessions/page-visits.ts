import { StateReader, StateWriter } from '../state-bytes.ts';

/**
 * The pages of a session in the order of their first visits, and the last one visited: by event time, of equal times by id, however the events
 * came. It stays as it was read until somebody asks: most events of a session visit no page, and closed sessions are hardly ever touched.
 */
export class PageVisits {
  #encoded: Uint8Array | null;
  #firsts: Visit[] = [];
  #last: Visit | null = null;

  /** Null begins without any. */
  constructor(encoded: Uint8Array | null) {
    this.#encoded = encoded;
  }

  get pages(): readonly string[] {
    this.#open();
    return this.#firsts.map(({ path }) => path);
  }

  get exitPage(): string | null {
    this.#open();
    return this.#last?.path ?? null;
  }

  add(path: string, timeUs: number, id: string): void {
    this.#open();
    this.#encoded = null;
    this.#addVisit({ path, timeUs, id });
  }

  /** Takes over what the other has. */
  merge(other: PageVisits): void {
    this.#open();
    other.#open();
    this.#encoded = null;
    for (const visit of other.#firsts) this.#addVisit(visit);
    if (other.#last !== null) this.#addVisit(other.#last);
  }

  encode(): Uint8Array {
    if (this.#encoded === null) this.#encoded = encodeVisits(this.#firsts, this.#last);
    return this.#encoded;
  }

  #addVisit(visit: Visit): void {
    if (this.#last === null || isBefore(this.#last, visit)) this.#last = visit;
    const firsts = this.#firsts;
    const known = indexOfPath(firsts, visit.path);
    if (known !== -1) {
      const first = firsts[known];
      if (first === undefined || !isBefore(visit, first)) return;
      firsts.splice(known, 1);
    }
    insert(firsts, visit);
    if (firsts.length > PAGES_MAX) firsts.pop();
  }

  /** What was read is there as bytes or as visits, and after a change as visits only. */
  #open(): void {
    if (this.#encoded === null || this.#firsts.length > 0 || this.#encoded.length === EMPTY_LENGTH) return;
    const { firsts, last } = decodeVisits(this.#encoded);
    this.#firsts = firsts;
    this.#last = last;
  }
}

interface Visit {
  readonly path: string;
  readonly timeUs: number;
  readonly id: string;
}

/**
 * A person does not see a thousand pages in one go; a crawler does, and would make its state larger with every event. The first thousand are
 * kept, whatever the order in which events come: one that was left out for being later than all of them stays later than all of them.
 */
const PAGES_MAX = 1_000;

function isBefore(a: Visit, b: Visit): boolean {
  return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.id < b.id);
}

function indexOfPath(visits: readonly Visit[], path: string): number {
  for (let at = 0; at < visits.length; at++) if (visits[at]?.path === path) return at;
  return -1;
}

/** Mostly at the end. */
function insert(visits: Visit[], visit: Visit): void {
  let at = visits.length;
  for (let before = visits[at - 1]; before !== undefined && isBefore(visit, before); before = visits[at - 1]) at--;
  visits.splice(at, 0, visit);
}

/**
 *   format   whole     how many pages, then for each
 *            text      the path
 *            signed    microseconds since the page before it, of the first since 1970
 *            text      the id of the event
 *            whole     the last visit: 0 where there is none, 1 + 2 × page for the first visit of it, 2 + 2 × page for another one of it,
 *                      which follows, as it does after 2 + 2 × pages for a page that is not among them
 *            text      its path, if that is not among the pages; then, as above
 *            signed    microseconds since the last page's first visit
 *            text      its id
 */
function encodeVisits(firsts: readonly Visit[], last: Visit | null): Uint8Array {
  WRITER.begin(FORMAT).whole(firsts.length);
  let beforeUs = 0;
  for (const { path, timeUs, id } of firsts) {
    WRITER.text(path)
      .signed(timeUs - beforeUs)
      .text(id);
    beforeUs = timeUs;
  }
  if (last === null) return WRITER.whole(0).finish();
  const page = indexOfPath(firsts, last.path);
  const first = firsts[page];
  if (first !== undefined && first.id === last.id && first.timeUs === last.timeUs) {
    return WRITER.whole(1 + 2 * page).finish();
  }
  WRITER.whole(2 + 2 * (first === undefined ? firsts.length : page));
  if (first === undefined) WRITER.text(last.path);
  return WRITER.signed(last.timeUs - beforeUs)
    .text(last.id)
    .finish();
}

function decodeVisits(bytes: Uint8Array): { readonly firsts: Visit[]; readonly last: Visit | null } {
  const reader = new StateReader(bytes, FORMAT);
  const firsts: Visit[] = [];
  let timeUs = 0;
  for (let left = reader.whole(); left > 0; left--) {
    const path = reader.text();
    timeUs += reader.signed();
    firsts.push({ path, timeUs, id: reader.text() });
  }
  return { firsts, last: decodeLast(reader, firsts, timeUs) };
}

function decodeLast(reader: StateReader, firsts: readonly Visit[], beforeUs: number): Visit | null {
  const said = reader.whole();
  if (said === 0) return null;
  const page = firsts[Math.floor((said - 1) / 2)];
  if (said % 2 === 1) return page ?? null;
  const path = page?.path ?? reader.text();
  return { path, timeUs: beforeUs + reader.signed(), id: reader.text() };
}

const FORMAT = 1;
/** Of the format, no pages and no last visit. */
const EMPTY_LENGTH = 3;
/** Used from its `begin` to its `finish` without a pause. */
const WRITER = new StateWriter();
