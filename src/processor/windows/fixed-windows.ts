import { matchedEvent } from '../matched-event.ts';
import type { JobEvent, Operator } from '../operator.ts';
import type { Row } from './accumulator.ts';
import {
  addRows,
  type KeptWindow,
  type Measured,
  newWindow,
  publish,
  stateOf,
  turnDue,
  WindowCodec,
  type WindowState,
  wakeAtUs,
} from './window-state.ts';

/** Windows of one length that begin at every multiple of a step since 1970: tumbling where the step is the length, sliding where it is shorter. */
export function fixedWindows(lengths: FixedLengths, measured: Measured, rowsOf: RowsOf): Operator<WindowState> {
  const codec = new WindowCodec(measured);
  return {
    onEvent(event, before, step) {
      const rows = rowsOf(event);
      if (rows.length === 0) return before;
      const windows = before?.windows ?? [];
      let isInTime = false;
      let corrected = false;
      for (const startUs of startsOf(lengths, event.timeUs)) {
        const endUs = startUs + lengths.sizeUs;
        if (endUs + measured.keptUs <= event.watermarkUs) continue;
        const window = windowAt(windows, startUs) ?? insert(windows, newWindow(measured, startUs, endUs));
        addRows(window, rows);
        if (!window.isPending) publish(measured, window, step);
        if (endUs <= event.watermarkUs) corrected = true;
        else isInTime = true;
      }
      if (!isInTime) {
        const missedEndUs = lastStart(lengths, event.timeUs) + lengths.sizeUs;
        step.emit({ stream: 'late', record: { event: matchedEvent(event), missedEndUs, corrected } });
      }
      return stateOf(windows);
    },
    onWake: (state, step) => turnDue(measured, state, step),
    wakeAtUs: (state) => wakeAtUs(measured, state),
    encode: (state) => codec.encode(state),
    decode: (bytes) => codec.decode(bytes),
  };
}

export interface FixedLengths {
  readonly sizeUs: number;
  readonly slideUs: number;
}

/** What an event puts into windows: one row, or those that a job makes of it. Of an event without any nothing is seen. */
export type RowsOf = (event: JobEvent) => readonly Row[];

/** The starts of all windows that hold the time, the earliest first. */
function* startsOf(lengths: FixedLengths, timeUs: number): Iterable<number> {
  const { sizeUs, slideUs } = lengths;
  const last = lastStart(lengths, timeUs);
  const count = Math.ceil((last + sizeUs - timeUs) / slideUs);
  for (let back = count - 1; back >= 0; back--) yield last - back * slideUs;
}

function lastStart({ slideUs }: FixedLengths, timeUs: number): number {
  return Math.floor(timeUs / slideUs) * slideUs;
}

function windowAt(windows: readonly KeptWindow[], startUs: number): KeptWindow | null {
  // Events come mostly for the newest.
  for (let at = windows.length - 1; at >= 0; at--) {
    const window = windows[at];
    if (window === undefined || window.startUs < startUs) return null;
    if (window.startUs === startUs) return window;
  }
  return null;
}

function insert(windows: KeptWindow[], window: KeptWindow): KeptWindow {
  let at = windows.length;
  while (at > 0 && (windows[at - 1]?.startUs ?? window.startUs) > window.startUs) at--;
  windows.splice(at, 0, window);
  return window;
}
