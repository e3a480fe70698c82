import type { JobSpec, WindowSpec } from '../../model/jobs/job-spec.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Operator } from '../operator.ts';
import { fixedWindows, type RowsOf } from './fixed-windows.ts';
import { sessionWindows } from './session-windows.ts';
import type { Measured, WindowState } from './window-state.ts';

/** The operator of a window as it is declared. `comesInOrder`: the job is keyed as its kind, so that all events of a key are in one partition. */
export function windowOperator(
  window: WindowSpec,
  measured: Measured,
  { rowsOf, comesInOrder }: { readonly rowsOf: RowsOf; readonly comesInOrder: boolean },
): Operator<WindowState> {
  const [fault] = windowFaults(window);
  if (fault !== undefined) {
    throw new LakegateError({ code: 'BAD_REQUEST', message: `${fault.field.join('.')}: ${fault.message}` });
  }
  // Without any value a result would read as one that was taken back.
  if (measured.aggregates.size === 0) {
    const message = 'measures: expected what to measure in each window, such as count, got none';
    throw new LakegateError({ code: 'BAD_REQUEST', message });
  }
  switch (window.kind) {
    case 'tumbling': {
      const sizeUs = window.sizeMs * US_PER_MS;
      return fixedWindows({ sizeUs, slideUs: sizeUs }, measured, rowsOf);
    }
    case 'sliding':
      return fixedWindows({ sizeUs: window.sizeMs * US_PER_MS, slideUs: window.slideMs * US_PER_MS }, measured, rowsOf);
    case 'session':
      return sessionWindows({ gapUs: window.gapMs * US_PER_MS, comesInOrder }, measured, rowsOf);
  }
}

/** Only what is corrected has to be kept. */
export function keptUs({ late, allowedLatenessMs }: Pick<JobSpec, 'late' | 'allowedLatenessMs'>): number {
  return late === 'CORRECT' ? allowedLatenessMs * US_PER_MS : 0;
}

const US_PER_MS = 1000;

/** Every event is added to so many windows, and the state of a key has as many: a day every five minutes. */
const OVERLAPPING_WINDOWS_MAX = 288;

/** 366 days: a window that lasts longer is never over while somebody waits for it. */
const LENGTH_MS_MAX = 366 * 86_400_000;

/** What is wrong with a window, all of it, each with its place in the input of a job. Empty: it can be kept. */
export function windowFaults(window: WindowSpec): readonly WindowFault[] {
  switch (window.kind) {
    case 'tumbling':
      return lengthFaults(['window', 'tumbling', 'size'], window.sizeMs);
    case 'session':
      return lengthFaults(['window', 'session', 'gap'], window.gapMs);
    case 'sliding':
      return slidingFaults(window);
  }
}

export interface WindowFault {
  readonly field: readonly string[];
  readonly message: string;
}

/** A step is judged by the size, once both are lengths. */
function slidingFaults({ sizeMs, slideMs }: Extract<WindowSpec, { kind: 'sliding' }>): readonly WindowFault[] {
  const slide = ['window', 'sliding', 'slide'];
  const faults = [...lengthFaults(['window', 'sliding', 'size'], sizeMs), ...lengthFaults(slide, slideMs)];
  const leastMs = Math.ceil(sizeMs / OVERLAPPING_WINDOWS_MAX);
  if (faults.length > 0 || (slideMs >= leastMs && slideMs <= sizeMs)) return faults;
  const expected = `from ${leastMs} ms, so that at most ${OVERLAPPING_WINDOWS_MAX} windows overlap, to the size of ${sizeMs} ms, so that no event lies between windows`;
  return [fault(slide, expected, slideMs)];
}

function lengthFaults(field: readonly string[], lengthMs: number): readonly WindowFault[] {
  const isOne = Number.isSafeInteger(lengthMs) && lengthMs > 0 && lengthMs <= LENGTH_MS_MAX;
  return isOne ? [] : [fault(field, 'a length from 1 ms to 366 days', lengthMs)];
}

function fault(field: readonly string[], expected: string, gotMs: number): WindowFault {
  return { field, message: `expected ${expected}, got ${gotMs} ms` };
}
