import type { Step } from '../operator.ts';
import { StateReader, StateWriter } from '../state-bytes.ts';
import type { Accumulator, Aggregate, Row } from './accumulator.ts';

/** The windows of one key that can still change, in the order of their starts. Never empty: a key without any is forgotten. */
export interface WindowState {
  windows: KeptWindow[];
}

export interface KeptWindow {
  startUs: number;
  endUs: number;
  /** Of its next publication. */
  revision: number;
  /** Not published as it is: to be, when the job's time reaches its end; where that has passed, at once. */
  isPending: boolean;
  readonly accumulators: readonly Accumulator[];
}

/** What the windows of a job measure, by the name of the value, and how long they are kept. */
export interface Measured {
  readonly aggregates: ReadonlyMap<string, Aggregate>;
  /** So long after its end a window can be corrected. */
  readonly keptUs: number;
}

export function newWindow({ aggregates }: Measured, startUs: number, endUs: number): KeptWindow {
  const accumulators = [...aggregates.values()].map((start) => start());
  return { startUs, endUs, revision: 0, isPending: true, accumulators };
}

export function addRows(window: KeptWindow, rows: readonly Row[]): void {
  for (const row of rows) for (const accumulator of window.accumulators) accumulator.add(row);
}

export function publish({ aggregates }: Measured, window: KeptWindow, step: Step): void {
  const { startUs, endUs, accumulators } = window;
  const names = [...aggregates.keys()];
  const values = Object.fromEntries(accumulators.map((accumulator, at) => [names[at], accumulator.result()]));
  step.emit({ stream: 'results', record: { startUs, endUs, revision: window.revision++, values } });
  window.isPending = false;
}

/** When something has to happen to the first of the windows: it closes, or is forgotten. */
export function wakeAtUs({ keptUs }: Measured, { windows }: WindowState): number {
  let least = Number.POSITIVE_INFINITY;
  for (const window of windows) least = Math.min(least, dueUs(keptUs, window));
  return least;
}

/**
 * Publishes only what ends first: of several moments that have passed, the runtime comes for each in turn, among all keys in the order of time, so
 * that outputs have the same order on a quiet stream and on a busy one. Forgotten is at once whatever is past: where windows were to be kept
 * longer before the job was replaced, that is more than what the key was to be woken for.
 */
export function turnDue(measured: Measured, { windows }: WindowState, step: Step): WindowState | null {
  const { watermarkUs } = step;
  const pending = windows.filter(({ isPending, endUs }) => isPending && endUs <= watermarkUs);
  const firstUs = Math.min(...pending.map(({ endUs }) => endUs));
  for (const window of pending) if (window.endUs === firstUs) publish(measured, window, step);
  return stateOf(windows.filter((window) => window.isPending || dueUs(measured.keptUs, window) > watermarkUs));
}

export function stateOf(windows: KeptWindow[]): WindowState | null {
  return windows.length === 0 ? null : { windows };
}

function dueUs(keptUs: number, { endUs, isPending }: KeptWindow): number {
  return isPending ? endUs : endUs + keptUs;
}

/**
 *   format   whole   how many windows, then for each
 *            signed  its start in microseconds
 *            whole   its length
 *            whole   twice the next revision, and one more while it is pending
 *            …       its accumulators, in the order of the measures
 */
export class WindowCodec {
  readonly #measured: Measured;
  readonly #writer = new StateWriter();

  constructor(measured: Measured) {
    this.#measured = measured;
  }

  encode({ windows }: WindowState): Uint8Array {
    const writer = this.#writer.begin(FORMAT).whole(windows.length);
    for (const { startUs, endUs, revision, isPending, accumulators } of windows) {
      writer
        .signed(startUs)
        .whole(endUs - startUs)
        .whole(2 * revision + (isPending ? 1 : 0));
      for (const accumulator of accumulators) accumulator.save(writer);
    }
    return writer.finish();
  }

  decode(bytes: Uint8Array): WindowState {
    const reader = new StateReader(bytes, FORMAT);
    const windows = Array.from({ length: reader.whole() }, () => {
      const startUs = reader.signed();
      const window = newWindow(this.#measured, startUs, startUs + reader.whole());
      const flagged = reader.whole();
      window.revision = Math.floor(flagged / 2);
      window.isPending = flagged % 2 === 1;
      for (const accumulator of window.accumulators) accumulator.load(reader);
      return window;
    });
    return { windows };
  }
}

const FORMAT = 1;
