import type { Job } from '../../src/processor/job.ts';
import type { JobEvent, Operator, Step } from '../../src/processor/operator.ts';

/** Small operators of the tests' own, whose right outputs are seen at a glance. */
export interface GapState {
  readonly count: number;
  readonly lastUs: number;
}

/** Counts the events of a key until none comes for a while. What is late is said to be, and not counted. */
export function gapOperator(gapMs: number): Operator<GapState> {
  const gapUs = gapMs * 1000;
  return {
    onEvent: (event, state, step) => {
      if (event.timeUs < event.watermarkUs) {
        step.emit({
          stream: 'late',
          record: { event: matched(event), missedEndUs: event.timeUs + gapUs, corrected: false },
        });
        return state;
      }
      return { count: (state?.count ?? 0) + 1, lastUs: Math.max(state?.lastUs ?? 0, event.timeUs) };
    },
    onWake: (state, step) => {
      emitCount(state, step);
      return null;
    },
    wakeAtUs: ({ lastUs }) => lastUs + gapUs,
    encode: (state) => Buffer.from(JSON.stringify([1, state.count, state.lastUs])),
    decode: (bytes) => {
      const [, count, lastUs] = JSON.parse(Buffer.from(bytes).toString());
      return { count, lastUs };
    },
  };
}

function emitCount({ count, lastUs }: GapState, { watermarkUs, emit, key }: Step): void {
  const values = { count, key, watermarkUs };
  emit({ stream: 'results', record: { startUs: lastUs, endUs: lastUs + 1, revision: 0, values } });
}

function matched({ topic, partition, offset, id, timeUs, members }: JobEvent) {
  return { topic, partition, offset, id, timeUs, members };
}

export function testJob(given: Partial<Job> = {}): Job {
  return {
    name: 'gaps',
    version: 1,
    builtIn: false,
    tenant: null,
    sources: [{ topic: 'transactions', keyField: 'userId', where: null }],
    operator: gapOperator(60_000),
    mode: 'LIVE',
    discardsLate: false,
    stateShape: 'gaps/1',
    ...given,
  };
}

/** Wakes at the times that its events name, earlier or later than those it knows, and says so. */
export function alarmOperator(): Operator<readonly number[]> {
  return {
    onEvent: ({ members }, alarmsUs) => [...(alarmsUs ?? []), Number(members.alarmUs)].toSorted((a, b) => a - b),
    onWake: (alarmsUs, { emit, key, watermarkUs }) => {
      const due = alarmsUs.filter((each) => each <= watermarkUs);
      const [startUs = 0] = due;
      emit({ stream: 'results', record: { startUs, endUs: startUs + 1, revision: 0, values: { key, due } } });
      const left = alarmsUs.slice(due.length);
      return left.length === 0 ? null : left;
    },
    wakeAtUs: ([first]) => first ?? null,
    encode: (alarmsUs) => Buffer.from(JSON.stringify(alarmsUs)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()),
  };
}
