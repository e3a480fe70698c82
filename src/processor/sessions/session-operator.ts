import { matchedEvent } from '../matched-event.ts';
import type { JobEvent, Operator, Step } from '../operator.ts';
import { StateReader, StateWriter } from '../state-bytes.ts';
import { ClosedSessions } from './closed-sessions.ts';
import {
  addActivity,
  mergeSession,
  newSession,
  readSession,
  type Session,
  sessionOutput,
  touches,
  writeSession,
} from './session.ts';

/** The sessions of every user. What is published when, and what becomes of late activities, is in docs/sessions.md. */
export function userSessions(lengths: SessionLengths = SESSION_LENGTHS): Operator<UserSessions> {
  const writer = new StateWriter();
  return {
    onEvent: (event, state, step) =>
      extendOnlyOpen(lengths, event, state, step) ?? addToSessions(lengths, event, state, step),
    onWake: (state, step) => turnDue(lengths, state, step),
    wakeAtUs: (state) => wakeAtUs(lengths, state),
    encode: (state) => encode(state, writer),
    decode,
  };
}

export interface SessionLengths {
  /** Activities closer than this are of one session. */
  readonly gapUs: number;
  /** So long after it closed a session takes late activities. */
  readonly keptUs: number;
  /** So long, at least, lies between two publications of an open session. */
  readonly shownEveryUs: number;
}

const SECOND_US = 1_000_000;

/**
 * Kept for a day: a phone that was in a plane or without a network comes within it. A session with four pages takes some 300 bytes, so a million users who
 * come three times a day cost about 1 GB of disk; a week would cost 6 GB, and every activity of a user who comes often would rewrite 6 KB.
 */
export const SESSION_LENGTHS: SessionLengths = {
  gapUs: 30 * 60 * SECOND_US,
  keptUs: 24 * 3600 * SECOND_US,
  shownEveryUs: 60 * SECOND_US,
};

/** The sessions of one user that may still change. Never empty. */
export interface UserSessions {
  /** In the order of their starts. Nearly always one, or none. */
  open: readonly Session[];
  closed: ClosedSessions | null;
}

/** What nearly every activity does: it goes into the one open session and touches nothing else. Null where it does not. */
function extendOnlyOpen(
  { gapUs, shownEveryUs }: SessionLengths,
  event: JobEvent,
  state: UserSessions | null,
  step: Step,
): UserSessions | null {
  const session = state?.open[0];
  if (state === null || session === undefined || state.open.length > 1) return null;
  if (!touches(session, event.timeUs, gapUs) || isNearClosed(state, event.timeUs, gapUs)) return null;
  addActivity(session, event);
  showIfDue(session, shownEveryUs, step);
  return state;
}

function isNearClosed({ closed }: UserSessions, timeUs: number, gapUs: number): boolean {
  return closed !== null && timeUs < closed.lastEndUs + gapUs;
}

function showIfDue(session: Session, shownEveryUs: number, step: Step): void {
  const nowUs = Math.max(session.endUs, step.watermarkUs);
  if (nowUs - session.shownUs >= shownEveryUs) show(session, nowUs, step);
  else session.hasChanged = true;
}

function show(session: Session, nowUs: number, step: Step): void {
  session.shownUs = nowUs;
  session.hasChanged = false;
  publish(session, step);
}

function publish(session: Session, step: Step, mergedInto: string | null = null): void {
  step.emit({ stream: 'sessions', record: sessionOutput(session, step.key, mergedInto) });
}

/** Every other activity: it begins a session, goes into one of several or a closed one, or joins two. */
function addToSessions(
  lengths: SessionLengths,
  event: JobEvent,
  state: UserSessions | null,
  step: Step,
): UserSessions | null {
  const { gapUs, keptUs } = lengths;
  const { timeUs } = event;
  const all = [...(state?.closed?.sessions ?? []), ...(state?.open ?? [])];
  const [first, second] = all.filter((session) => touches(session, timeUs, gapUs));
  if (first === undefined) {
    if (timeUs + gapUs + keptUs <= step.watermarkUs) {
      tellLate(event, timeUs + gapUs, false, step);
      return state;
    }
    begin(lengths, event, all, step);
  } else if (second === undefined) {
    extend(lengths, first, event, step);
  } else {
    join(lengths, first, second, event, step);
    all.splice(all.indexOf(second), 1);
  }
  return stateOf(all);
}

function begin({ gapUs }: SessionLengths, event: JobEvent, all: Session[], step: Step): void {
  const session = newSession(event);
  addActivity(session, event);
  const at = all.findIndex(({ startUs }) => startUs > session.startUs);
  all.splice(at === -1 ? all.length : at, 0, session);
  settle(gapUs, session, event, step);
}

function extend({ gapUs, shownEveryUs }: SessionLengths, session: Session, event: JobEvent, step: Step): void {
  addActivity(session, event);
  if (!session.isClosed) {
    showIfDue(session, shownEveryUs, step);
    return;
  }
  session.revision++;
  settle(gapUs, session, event, step);
}

/** One activity that is less than the gap from two sessions: the earlier goes on, the later is no more. */
function join({ gapUs }: SessionLengths, earlier: Session, later: Session, event: JobEvent, step: Step): void {
  if (later.isClosed) later.revision++;
  publish(later, step, earlier.id);
  if (earlier.isClosed) earlier.revision++;
  mergeSession(earlier, later);
  addActivity(earlier, event);
  settle(gapUs, earlier, event, step);
}

/** Published at once, open or closed as the watermark says now. The event was late if it is over. */
function settle(gapUs: number, session: Session, event: JobEvent, step: Step): void {
  const overUs = session.endUs + gapUs;
  session.isClosed = overUs <= step.watermarkUs;
  show(session, Math.max(session.endUs, step.watermarkUs), step);
  if (session.isClosed) tellLate(event, overUs, true, step);
}

function tellLate(event: JobEvent, missedEndUs: number, corrected: boolean, step: Step): void {
  step.emit({ stream: 'late', record: { event: matchedEvent(event), missedEndUs, corrected } });
}

function stateOf(all: readonly Session[]): UserSessions | null {
  if (all.length === 0) return null;
  return {
    open: all.filter(({ isClosed }) => !isClosed),
    closed: ClosedSessions.of(all.filter(({ isClosed }) => isClosed)),
  };
}

function wakeAtUs(lengths: SessionLengths, { open, closed }: UserSessions): number {
  let least = closed === null ? Number.POSITIVE_INFINITY : forgottenUs(lengths, closed.firstEndUs);
  for (const session of open) least = Math.min(least, dueUs(lengths, session));
  return least;
}

/** When an open session closes, or is to be shown before that. */
function dueUs({ gapUs, shownEveryUs }: SessionLengths, { endUs, shownUs, hasChanged }: Session): number {
  return hasChanged ? Math.min(endUs + gapUs, shownUs + shownEveryUs) : endUs + gapUs;
}

function forgottenUs({ gapUs, keptUs }: SessionLengths, endUs: number): number {
  return endUs + gapUs + keptUs;
}

/** Only what is due first: the runtime comes for each moment in turn. */
function turnDue(lengths: SessionLengths, state: UserSessions, step: Step): UserSessions | null {
  const nowUs = wakeAtUs(lengths, state);
  const due = state.open.filter((session) => dueUs(lengths, session) === nowUs);
  for (const session of due) {
    session.isClosed = session.endUs + lengths.gapUs === nowUs;
    show(session, nowUs, step);
  }
  const isForgetting = state.closed !== null && forgottenUs(lengths, state.closed.firstEndUs) === nowUs;
  if (!isForgetting && due.every(({ isClosed }) => !isClosed)) return state;
  const all = [...(state.closed?.sessions ?? []), ...state.open];
  return stateOf(all.filter(({ isClosed, endUs }) => !isClosed || forgottenUs(lengths, endUs) > nowUs));
}

/**
 *   format   whole   how many are open, then each of them (session.ts)
 *            whole   1 if there are closed ones, which follow (closed-sessions.ts)
 */
function encode({ open, closed }: UserSessions, writer: StateWriter): Uint8Array {
  writer.begin(FORMAT).whole(open.length);
  for (const session of open) writeSession(session, writer);
  writer.whole(closed === null ? 0 : 1);
  closed?.write(writer);
  return writer.finish();
}

function decode(bytes: Uint8Array): UserSessions {
  const reader = new StateReader(bytes, FORMAT);
  const open = Array.from({ length: reader.whole() }, () => readSession(reader));
  return { open, closed: reader.whole() === 0 ? null : ClosedSessions.read(reader) };
}

const FORMAT = 1;
