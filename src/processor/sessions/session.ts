import { hash } from 'node:crypto';
import type { SessionOutput } from '../../model/streams/output.ts';
import type { JobEvent } from '../operator.ts';
import type { StateReader, StateWriter } from '../state-bytes.ts';
import { PageVisits } from './page-visits.ts';

/** A run of one user's activities. */
export interface Session {
  readonly id: string;
  startUs: number;
  /** Of the last activity. */
  endUs: number;
  activities: number;
  pageViews: number;
  readonly visits: PageVisits;
  revision: number;
  /** The watermark has passed its end and the gap; it was published so. */
  isClosed: boolean;
  /** While it is open: the event time as of which it was published last, and whether it changed since. */
  shownUs: number;
  hasChanged: boolean;
}

/** Its first activity, before it is added. */
export function newSession({ tenant, key, timeUs, id }: JobEvent): Session {
  return {
    id: sessionId(tenant, key, id),
    startUs: timeUs,
    endUs: timeUs,
    activities: 0,
    pageViews: 0,
    visits: new PageVisits(null),
    revision: 0,
    isClosed: false,
    shownUs: timeUs,
    hasChanged: false,
  };
}

/** 96 bits: among a thousand million sessions the chance that any two have the same is below 1 in 10^11. */
function sessionId(tenant: string, user: string, eventId: string): string {
  return hash('sha256', JSON.stringify([tenant, user, eventId]), 'base64url').slice(0, ID_LENGTH);
}

/** Six bits a character. */
const ID_LENGTH = 16;

/** Closer to it than the gap: exactly the gap away is another session. */
export function touches({ startUs, endUs }: Session, timeUs: number, gapUs: number): boolean {
  return timeUs > startUs - gapUs && timeUs < endUs + gapUs;
}

export function addActivity(session: Session, event: JobEvent): void {
  const { timeUs, fields } = event;
  if (timeUs < session.startUs) session.startUs = timeUs;
  if (timeUs > session.endUs) session.endUs = timeUs;
  session.activities++;
  if (fields.type !== 'PAGE_VIEW') return;
  session.pageViews++;
  const { path } = fields;
  if (typeof path === 'string') session.visits.add(path, timeUs, event.id);
}

/** Takes over what the other has; the other is no more. */
export function mergeSession(into: Session, other: Session): void {
  into.startUs = Math.min(into.startUs, other.startUs);
  into.endUs = Math.max(into.endUs, other.endUs);
  into.activities += other.activities;
  into.pageViews += other.pageViews;
  into.visits.merge(other.visits);
}

export function sessionOutput(session: Session, userId: string, mergedInto: string | null = null): SessionOutput {
  const { pages, exitPage } = session.visits;
  return {
    id: session.id,
    userId,
    startUs: session.startUs,
    endUs: session.endUs,
    open: !session.isClosed && mergedInto === null,
    activities: session.activities,
    pageViews: session.pageViews,
    pages,
    entryPage: pages[0] ?? null,
    exitPage,
    revision: session.revision,
    mergedInto,
  };
}

/**
 *   text     id
 *   signed   start in microseconds
 *   whole    how much later the end is
 *   whole    activities
 *   whole    page views
 *   whole    four times the revision, 2 more if it is closed, 1 more if it has changed
 *   signed   if it is open: when it was shown, since the start
 *   bytes    the visits (page-visits.ts)
 */
export function writeSession(session: Session, writer: StateWriter): void {
  const { id, startUs, endUs, activities, pageViews, revision, isClosed, shownUs, hasChanged, visits } = session;
  writer
    .text(id)
    .signed(startUs)
    .whole(endUs - startUs)
    .whole(activities)
    .whole(pageViews)
    .whole(4 * revision + (isClosed ? 2 : 0) + (hasChanged ? 1 : 0));
  if (!isClosed) writer.signed(shownUs - startUs);
  writer.bytes(visits.encode());
}

export function readSession(reader: StateReader): Session {
  const id = reader.text();
  const startUs = reader.signed();
  const endUs = startUs + reader.whole();
  const activities = reader.whole();
  const pageViews = reader.whole();
  const flagged = reader.whole();
  const isClosed = flagged % 4 >= 2;
  const shownUs = isClosed ? startUs : startUs + reader.signed();
  return {
    id,
    startUs,
    endUs,
    activities,
    pageViews,
    visits: new PageVisits(reader.bytes()),
    revision: Math.floor(flagged / 4),
    isClosed,
    shownUs,
    hasChanged: flagged % 2 === 1,
  };
}
