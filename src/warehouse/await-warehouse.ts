import { LakegateError } from '../platform/errors.ts';
import type { Warehouse, WarehouseState } from './warehouse.ts';

interface AwaitOptions {
  /** Default 2 min. */
  readonly deadlineMs?: number;
  /** Told every few seconds while nothing is there, so that nobody waits without knowing for what. */
  readonly onWaiting?: (why: string) => void;
}

/**
 * The first statement may be sent. A start waits longer for that than any question does: on a machine that is busy an engine takes its time to come up,
 * and a server may be started after us. WAREHOUSE_DOWN at the deadline says what was waited for.
 */
export async function awaitWarehouse(
  warehouse: Pick<Warehouse, 'state' | 'onState'>,
  { deadlineMs = DEADLINE_MS, onWaiting = () => {} }: AwaitOptions = {},
): Promise<void> {
  if (warehouse.state().state === 'up') return;
  const reminder = setInterval(() => onWaiting(whyNotUp(warehouse.state())), REMINDER_MS);
  let timer: NodeJS.Timeout | undefined;
  let stopListening = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(notUp(warehouse.state(), deadlineMs)), deadlineMs);
      stopListening = warehouse.onState((state) => {
        if (state.state === 'up') resolve();
        else if (state.state === 'closed') reject(notUp(state, deadlineMs));
      });
    });
  } finally {
    clearInterval(reminder);
    clearTimeout(timer);
    stopListening();
  }
}

/** An engine comes up within a second, and within half a minute where thirty others want the processor. */
const DEADLINE_MS = 120_000;
const REMINDER_MS = 5_000;

function notUp(state: WarehouseState, deadlineMs: number): LakegateError {
  const waited = state.state === 'closed' ? '' : ` within ${deadlineMs / 1000} s`;
  const message = `expected the warehouse to come up${waited}, but ${whyNotUp(state)}`;
  return new LakegateError({ code: 'WAREHOUSE_DOWN', message, retryAfterMs: 1_000 });
}

function whyNotUp(state: WarehouseState): string {
  switch (state.state) {
    case 'starting':
      return 'it is still starting';
    case 'down':
      return state.reason;
    case 'closed':
      return 'it was told to stop';
    case 'up':
      return 'it has only just come up';
  }
}
