import { matchedEvent } from '../matched-event.ts';
import type { JobEvent, Operator, Step } from '../operator.ts';
import type { RowsOf } from './fixed-windows.ts';
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

/**
 * Windows that last from the first event of a run to its last and the gap behind it: [first, last + gap). An event at exactly last + gap begins
 * a new one. A window grows, and one late event can make two of them one; what was published with bounds that are no more is taken back.
 *
 * Events that come from several partitions come in no order at all. Which of them are taken, and which are late, must then not depend on the windows
 * that happen to be there: each is judged by itself, by the end of its own window. And a window is kept a gap longer, until nothing that is
 * taken can touch it any more. So the windows are in the end the runs of all that was taken.
 */
export function sessionWindows(
  options: SessionWindowsOptions,
  measured: Measured,
  rowsOf: RowsOf,
): Operator<WindowState> {
  const { gapUs, comesInOrder } = options;
  const codec = new WindowCodec(measured);
  const kept = comesInOrder ? measured : { ...measured, keptUs: measured.keptUs + gapUs };
  return {
    onEvent(event, before, step) {
      const rows = rowsOf(event);
      if (rows.length === 0) return before;
      const own = { startUs: event.timeUs, endUs: event.timeUs + gapUs };
      const takes = (endUs: number) => endUs + measured.keptUs > event.watermarkUs;
      const windows = before?.windows ?? [];
      const touched = windows.filter((window) => touches(own, window) && (!comesInOrder || takes(window.endUs)));
      if (!takes(own.endUs) && (!comesInOrder || touched.length === 0)) {
        tellLate(event, own.endUs, false, step);
        return before;
      }
      const grown = grow(measured, touched, own, step);
      addRows(grown, rows);
      if (!grown.isPending) publish(measured, grown, step);
      const { endUs } = comesInOrder ? grown : own;
      if (endUs <= event.watermarkUs) tellLate(event, endUs, true, step);
      return stateOf(withGrown(windows, touched, grown));
    },
    onWake: (state, step) => turnDue(kept, state, step),
    wakeAtUs: (state) => wakeAtUs(kept, state),
    encode: (state) => codec.encode(state),
    decode: (bytes) => codec.decode(bytes),
  };
}

export interface SessionWindowsOptions {
  readonly gapUs: number;
  /** All events of a key come from one partition: what an event met is the job's time. */
  readonly comesInOrder: boolean;
}

function touches(own: Bounds, window: Bounds): boolean {
  return own.startUs < window.endUs && own.endUs > window.startUs;
}

function tellLate(event: JobEvent, missedEndUs: number, corrected: boolean, step: Step): void {
  step.emit({ stream: 'late', record: { event: matchedEvent(event), missedEndUs, corrected } });
}

interface Bounds {
  readonly startUs: number;
  readonly endUs: number;
}

/** One window of those that the event touches and its own bounds: nearly always none or one, two where it joins them. */
function grow(measured: Measured, touched: readonly KeptWindow[], own: Bounds, step: Step): KeptWindow {
  const startUs = Math.min(own.startUs, ...touched.map((window) => window.startUs));
  const endUs = Math.max(own.endUs, ...touched.map((window) => window.endUs));
  const [first, ...others] = touched;
  if (first === undefined) return newWindow(measured, startUs, endUs);
  for (const window of touched) {
    if (window.startUs !== startUs || window.endUs !== endUs) takeBack(window, step);
  }
  for (const other of others) join(first, other);
  first.startUs = startUs;
  first.endUs = endUs;
  return first;
}

/** Published once more without values, if that is how it was published last: there is no such window. The one that takes its place is to be. */
function takeBack(window: KeptWindow, step: Step): void {
  if (window.isPending) return;
  window.isPending = true;
  const { startUs, endUs } = window;
  step.emit({ stream: 'results', record: { startUs, endUs, revision: window.revision++, values: {} } });
}

function join(into: KeptWindow, other: KeptWindow): void {
  into.revision = Math.max(into.revision, other.revision);
  for (const [at, accumulator] of into.accumulators.entries()) {
    const others = other.accumulators[at];
    if (others !== undefined) accumulator.merge(others);
  }
}

/** In the order of their starts. Nearly always it is the last that grew. */
function withGrown(windows: readonly KeptWindow[], touched: readonly KeptWindow[], grown: KeptWindow): KeptWindow[] {
  const others = windows.filter((window) => !touched.includes(window));
  const at = others.findIndex(({ startUs }) => startUs > grown.startUs);
  others.splice(at === -1 ? others.length : at, 0, grown);
  return others;
}
