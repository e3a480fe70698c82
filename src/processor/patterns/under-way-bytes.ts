import type { MatchedEvent } from '../operator.ts';
import type { StateReader, StateWriter } from '../state-bytes.ts';
import type { Attempt, Taken, Way } from './attempts.ts';
import { readEvents, writeEvents } from './in-event-order.ts';
import type { UnderWay } from './pattern-rule.ts';

/**
 *   given up | events that some way took, each once, in order | number of attempts
 *   each attempt: number of ways | each way: its state, number of runs | each run: place of its first event among those above, how many, step
 *
 * A way that took neighbours is one run for each step, however many there were.
 */
export function writeUnderWay(underWay: UnderWay, writer: StateWriter): void {
  const { events, placeOf } = takenEvents(underWay);
  writer.whole(underWay.givenUp);
  writeEvents(events, writer);
  writer.whole(underWay.attempts.length);
  for (const { ways } of underWay.attempts) {
    writer.whole(ways.length);
    for (const { state, taken } of ways) {
      const runs = runsOf(taken, placeOf);
      writer.whole(state).whole(runs.length);
      for (const { first, count, step } of runs) writer.whole(first).whole(count).whole(step);
    }
  }
}

export function readUnderWay(reader: StateReader): UnderWay {
  const givenUp = reader.whole();
  const events = readEvents(reader);
  const attempts: Attempt[] = [];
  for (let left = reader.whole(); left > 0; left--) attempts.push(readAttempt(events, reader));
  return { attempts, givenUp, nextNumber: events.length };
}

interface Run {
  first: number;
  count: number;
  readonly step: number;
}

/** Numbers count every event that fits some step; places only those that were taken and are still of use. */
function takenEvents({ attempts, nextNumber }: UnderWay) {
  const base = attempts[0]?.first.number ?? 0;
  const found: (MatchedEvent | undefined)[] = new Array(nextNumber - base);
  for (const { ways } of attempts) {
    for (const { taken } of ways) {
      for (let each: Taken | null = taken; each !== null; each = each.before) found[each.number - base] = each.event;
    }
  }
  const events: MatchedEvent[] = [];
  const places = new Int32Array(found.length);
  for (const [at, event] of found.entries()) {
    if (event === undefined) continue;
    places[at] = events.length;
    events.push(event);
  }
  return { events, placeOf: (taken: Taken) => places[taken.number - base] ?? 0 };
}

/** Walks from the last event to the first. */
function runsOf(last: Taken, placeOf: (taken: Taken) => number): readonly Run[] {
  const runs: Run[] = [];
  let run: Run | null = null;
  for (let each: Taken | null = last; each !== null; each = each.before) {
    const place = placeOf(each);
    if (run !== null && run.first === place + 1 && run.step === each.step) {
      run.first = place;
      run.count++;
    } else {
      run = { first: place, count: 1, step: each.step };
      runs.push(run);
    }
  }
  return runs.reverse();
}

function readAttempt(events: readonly MatchedEvent[], reader: StateReader): Attempt {
  const ways: Way[] = [];
  for (let left = reader.whole(); left > 0; left--) {
    const state = reader.whole();
    ways.push({ state, taken: readTaken(events, reader) });
  }
  let first = ways[0]?.taken ?? null;
  while (first !== null && first.before !== null) first = first.before;
  if (first === null) throw new Error('expected an attempt with an event in the state');
  return { first: { event: first.event, number: first.number }, ways };
}

function readTaken(events: readonly MatchedEvent[], reader: StateReader): Taken {
  let last: Taken | null = null;
  for (let runs = reader.whole(); runs > 0; runs--) {
    const first = reader.whole();
    const count = reader.whole();
    const step = reader.whole();
    for (let number = first; number < first + count; number++) {
      const event = events[number];
      if (event === undefined) throw new Error('expected an event of the state');
      last = { event, number, step, before: last, count: lengthOf(last) + 1 };
    }
  }
  if (last === null) throw new Error('expected a way with an event in the state');
  return last;
}

function lengthOf(taken: Taken | null): number {
  return taken === null ? 0 : taken.count;
}
