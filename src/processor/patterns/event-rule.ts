import type { MatchedEvent } from '../operator.ts';
import type { OrderedRule } from './in-event-order.ts';
import type { Members } from './pattern.ts';

/**
 * A rule that is asked about each event of a key, in event-time order, with what it remembers of those before. Pure: equal arguments, equal answer.
 * What it remembers must be what JSON can hold; it is kept for ever, so it should not grow with every event.
 */
export interface EventRule<E, State> {
  initially(): State;
  /** Gives what to remember. */
  onEvent(event: E, state: State, moment: RuleMoment): State;
}

export interface RuleMoment {
  readonly id: string;
  readonly timeUs: number;
  /** An alert that carries this event. */
  raise(reason: string): void;
  /** A result at the time of this event: `values` by name. The one published last has the highest revision. */
  publish(values: Readonly<Record<string, unknown>>): void;
}

interface Remembered {
  readonly state: unknown;
  /** How many results were published. */
  readonly published: number;
}

export function eventRule(rule: EventRule<Members, unknown>): OrderedRule<Remembered> {
  return {
    look: () => WHOLE,
    onTurn({ event }, before, moment) {
      if (event === null) return before;
      const { timeUs } = event;
      let published = before?.published ?? 0;
      const state = rule.onEvent(event.members, before === null ? rule.initially() : before.state, {
        id: event.id,
        timeUs,
        raise: (reason) => moment.raise(alertOf(event, reason)),
        publish: (values) => moment.publish({ startUs: timeUs, endUs: timeUs, revision: published++, values }),
      });
      return { state, published };
    },
    onTime: (state) => state,
    dueUs: () => null,
    isUrgent: (marked) => marked > 0,
    write: ({ state, published }, writer) => writer.whole(published).json(state),
    read: (reader) => ({ published: reader.whole(), state: reader.json() }),
  };
}

const WHOLE = 1;

function alertOf(event: MatchedEvent, reason: string) {
  return { reason, matchedAtUs: event.timeUs, events: [event] };
}
