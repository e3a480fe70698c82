import { matchedEvent } from '../matched-event.ts';
import type { Operator, Step } from '../operator.ts';
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
 */
export function sessionWindows(gapUs: number, measured: Measured, rowsOf: RowsOf): Operator<WindowState> {
  const codec = new WindowCodec(measured);
  return {
    onEvent(event, before, step) {
      const rows = rowsOf(event);
      if (rows.length === 0) return before;
      const { timeUs } = event;
      const windows = before?.windows ?? [];
      const isKept = (endUs: number) => endUs + measured.keptUs > event.watermarkUs;
      const touched = windows.filter(
        ({ startUs, endUs }) => timeUs < endUs && timeUs > startUs - gapUs && isKept(endUs),
      );
      const own = { startUs: timeUs, endUs: timeUs + gapUs };
      if (touched.length === 0 && !isKept(own.endUs)) {
        const record = { event: matchedEvent(event), missedEndUs: own.endUs, corrected: false };
        step.emit({ stream: 'late', record });
        return before;
      }
      const grown = grow(measured, touched, own, step);
      addRows(grown, rows);
      if (!grown.isPending) publish(measured, grown, step);
      if (grown.endUs <= event.watermarkUs) {
        const record = { event: matchedEvent(event), missedEndUs: grown.endUs, corrected: true };
        step.emit({ stream: 'late', record });
      }
      return stateOf(withGrown(windows, touched, grown));
    },
    onWake: (state, step) => turnDue(measured, state, step),
    wakeAtUs: (state) => wakeAtUs(measured, state),
    encode: (state) => codec.encode(state),
    decode: (bytes) => codec.decode(bytes),
  };
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
