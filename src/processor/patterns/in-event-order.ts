import { hash } from 'node:crypto';
import { matchedEvent } from '../matched-event.ts';
import type { AlertOutput, JobEvent, MatchedEvent, Operator, ResultOutput, Step } from '../operator.ts';
import { StateReader, StateWriter } from '../state-bytes.ts';
import { inOrder, type Place } from './event-order.ts';

/**
 * Hands the events of a key to a rule in the order of their times, however they came: an event waits until the job's time, less the allowed
 * lateness, is later than its own, so that nothing can come before it any more. One whose place had passed by the watermark that it met goes to
 * `late`; the job's time is never ahead of that.
 */
export function inEventOrder<State>(rule: OrderedRule<State>, { name, allowedLatenessMs }: OrderOptions) {
  const latenessUs = allowedLatenessMs * US_PER_MS;
  const writer = new StateWriter();
  const moment = new StepMoment(name);
  const operator: Operator<Ordered<State>> = {
    onEvent(event, before, step) {
      const passedUs = step.watermarkUs - latenessUs;
      const ordered: Ordered<State> = before ?? { waiting: [], marked: 0, state: null };
      if (isDue(rule, ordered, passedUs)) turn(rule, ordered, passedUs, moment.of(step));
      const missedEndUs = event.watermarkUs - latenessUs;
      if (event.timeUs < missedEndUs) {
        step.emit({ stream: 'late', record: { event: matchedEvent(event), missedEndUs, corrected: false } });
      } else {
        wait(rule, ordered, event);
      }
      return orNothing(ordered);
    },
    onWake(ordered, step) {
      turn(rule, ordered, step.watermarkUs - latenessUs, moment.of(step));
      return orNothing(ordered);
    },
    wakeAtUs: (ordered) => wakeAt(rule, ordered, latenessUs),
    encode({ waiting, state }) {
      writer.begin(FORMAT).whole(waiting.length);
      writeWaiting(waiting, writer);
      writer.whole(state === null ? 0 : 1);
      if (state !== null) rule.write(state, writer);
      return writer.finish();
    },
    decode(bytes) {
      const reader = new StateReader(bytes, FORMAT);
      const waiting = readWaiting(reader.whole(), reader);
      const marked = waiting.reduce((sum, { look }) => (look === 0 ? sum : sum + 1), 0);
      return { waiting, marked, state: reader.whole() === 0 ? null : rule.read(reader) };
    },
  };
  return operator;
}

/** What is done with events once they are in order. Pure, like an operator. */
export interface OrderedRule<State> {
  /** Asked once, when the event comes: what the rule will want to know of it, as a number from 0 on. NO_MATTER: it may be forgotten at once. */
  look(event: JobEvent): number;
  /** The event's turn. With a look of 0 only its place was kept. */
  onTurn(turn: Turn, state: State | null, moment: Moment): State | null;
  /** All events before `beforeUs` have had their turn. Asked before every turn too. */
  onTime(state: State, beforeUs: number, moment: Moment): State | null;
  /** The moment after which `onTime` has something to do; null: none. */
  dueUs(state: State): number | null;
  /**
   * Whether it may have something to say before all that waits had its turn, of which `marked` have a look above 0. If not, the key is woken once
   * instead of for each.
   */
  isUrgent(marked: number, state: State | null): boolean;
  write(state: State, writer: StateWriter): void;
  read(reader: StateReader): State;
}

export const NO_MATTER = -1;

/** `event` is null where the look was 0. */
export interface Turn extends Place {
  readonly look: number;
  readonly event: MatchedEvent | null;
}

export interface Moment {
  raise(alert: Omit<AlertOutput, 'id'>): void;
  publish(result: ResultOutput): void;
}

export interface OrderOptions {
  /** Of the job: part of every alert's id. */
  readonly name: string;
  readonly allowedLatenessMs: number;
}

export interface Ordered<State> {
  /** In order. */
  readonly waiting: Turn[];
  /** How many of them have a look above 0. */
  marked: number;
  state: State | null;
}

const US_PER_MS = 1000;
/**
 *   1 | number waiting | each: time, look, id, topic, and for a look above 0: partition, offset, members | 1 and the rule's state, or 0
 *
 * A time is the difference to the one before; the topic is empty where it is that of the one before.
 */
const FORMAT = 1;

function orNothing<State>(ordered: Ordered<State>): Ordered<State> | null {
  return ordered.waiting.length === 0 && ordered.state === null ? null : ordered;
}

function isDue<State>(rule: OrderedRule<State>, { waiting, state }: Ordered<State>, passedUs: number): boolean {
  const [next] = waiting;
  if (next !== undefined && next.timeUs < passedUs) return true;
  const dueUs = state === null ? null : rule.dueUs(state);
  return dueUs !== null && dueUs < passedUs;
}

/** All that is before `passedUs` has its turn, and then the time itself. */
function turn<State>(rule: OrderedRule<State>, ordered: Ordered<State>, passedUs: number, moment: Moment): void {
  const { waiting } = ordered;
  let state = ordered.state;
  let turned = 0;
  for (const each of waiting) {
    if (each.timeUs >= passedUs) break;
    if (state !== null) state = rule.onTime(state, each.timeUs, moment);
    state = rule.onTurn(each, state, moment);
    if (each.look !== 0) ordered.marked--;
    turned++;
  }
  // Mostly all that waits had its turn, and emptying costs less than cutting.
  if (turned === waiting.length) waiting.length = 0;
  else if (turned > 0) waiting.splice(0, turned);
  ordered.state = state === null ? null : rule.onTime(state, passedUs, moment);
}

/** Most events come in order, so the place is looked for from the end. */
function wait<State>(rule: OrderedRule<State>, ordered: Ordered<State>, event: JobEvent): void {
  const look = rule.look(event);
  if (look === NO_MATTER) return;
  if (look !== 0) ordered.marked++;
  const { waiting } = ordered;
  const { timeUs, id, topic } = event;
  const turn: Turn = { timeUs, id, topic, look, event: look === 0 ? null : matchedEvent(event) };
  let at = waiting.length;
  for (; at > 0; at--) {
    const before = waiting[at - 1];
    if (before === undefined || inOrder(before, turn) <= 0) break;
  }
  if (at === waiting.length) waiting.push(turn);
  else waiting.splice(at, 0, turn);
}

/** One microsecond after what is waited for: only then has the watermark passed it. */
function wakeAt<State>(
  rule: OrderedRule<State>,
  { waiting, marked, state }: Ordered<State>,
  latenessUs: number,
): number | null {
  const turn = waiting[rule.isUrgent(marked, state) ? 0 : waiting.length - 1];
  const dueUs = state === null ? null : rule.dueUs(state);
  if (turn === undefined) return dueUs === null ? null : dueUs + latenessUs + 1;
  return (dueUs === null ? turn.timeUs : Math.min(turn.timeUs, dueUs)) + latenessUs + 1;
}

/** One for all steps: to make functions for each would cost more than the turn itself. */
class StepMoment implements Moment {
  readonly #rule: string;
  #step: Step | null = null;

  constructor(rule: string) {
    this.#rule = rule;
  }

  of(step: Step): Moment {
    this.#step = step;
    return this;
  }

  raise(alert: Omit<AlertOutput, 'id'>): void {
    const step = this.#step as Step;
    step.emit({ stream: 'alerts', record: { id: alertId(this.#rule, step, alert.events), ...alert } });
  }

  publish(record: ResultOutput): void {
    (this.#step as Step).emit({ stream: 'results', record });
  }
}

/** The same whenever the same events of the same key match the same rule: on a replay, in shadow, in a backtest. 120 bits of SHA-256. */
function alertId(rule: string, { tenant, key }: Step, events: readonly MatchedEvent[]): string {
  const made = JSON.stringify([rule, tenant, key, ...events.map(({ topic, id }) => [topic, id])]);
  return hash('sha256', made, 'base64url').slice(0, ID_LENGTH);
}

/** Six bits a character. */
const ID_LENGTH = 20;

function writeWaiting(waiting: readonly Turn[], writer: StateWriter): void {
  let before: Place = NOWHERE;
  for (const { look, event, ...place } of waiting) {
    writePlace(place, before, writer);
    writer.whole(look);
    if (event !== null) writeFound(event, writer);
    before = place;
  }
}

function readWaiting(count: number, reader: StateReader): Turn[] {
  const waiting: Turn[] = [];
  let before: Place = NOWHERE;
  for (let each = 0; each < count; each++) {
    const place = readPlace(before, reader);
    const look = reader.whole();
    waiting.push({ ...place, look, event: look === 0 ? null : readFound(place, reader) });
    before = place;
  }
  return waiting;
}

/** Also for events that a rule keeps in its own state. */
export function writeEvents(events: readonly MatchedEvent[], writer: StateWriter): void {
  writer.whole(events.length);
  let before: Place = NOWHERE;
  for (const event of events) {
    writePlace(event, before, writer);
    writeFound(event, writer);
    before = event;
  }
}

export function readEvents(reader: StateReader): MatchedEvent[] {
  const events: MatchedEvent[] = [];
  let before: Place = NOWHERE;
  for (let left = reader.whole(); left > 0; left--) {
    const event = readFound(readPlace(before, reader), reader);
    events.push(event);
    before = event;
  }
  return events;
}

const NOWHERE: Place = { timeUs: 0, id: '', topic: '' };

function writePlace({ timeUs, id, topic }: Place, before: Place, writer: StateWriter): void {
  writer
    .signed(timeUs - before.timeUs)
    .text(id)
    .text(topic === before.topic ? '' : topic);
}

function readPlace(before: Place, reader: StateReader): Place {
  const timeUs = before.timeUs + reader.signed();
  const id = reader.text();
  return { timeUs, id, topic: reader.text() || before.topic };
}

function writeFound({ partition, offset, members }: MatchedEvent, writer: StateWriter): void {
  writer.whole(partition).text(offset.toString()).json(members);
}

function readFound(place: Place, reader: StateReader): MatchedEvent {
  return {
    ...place,
    partition: reader.whole(),
    offset: BigInt(reader.text()),
    members: reader.json() as MatchedEvent['members'],
  };
}
