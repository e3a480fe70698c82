import type { KindModel } from '../../src/model/event-model.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { hoursOf } from '../../src/warehouse/load/load-marks.ts';
import { LoaderProgress, type TopicProgress } from '../../src/warehouse/load/loader-progress.ts';
import { TableGate } from '../../src/warehouse/load/table-gate.ts';
import type { Progress } from '../../src/warehouse/progress.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { loadPayments, type Payment } from './asked-kind.ts';

/** Loads payments as the loader does it: announced by the hours that they touch, then visible, then published. */
export interface PaymentLoads {
  readonly progress: Progress;
  readonly payments: readonly Payment[];
  load(batch: readonly Payment[]): Promise<void>;
  /** The same beside the log: what was missing of loads before is put in, and no version tells of it. */
  mend(batch: readonly Payment[]): Promise<void>;
  /** It never goes back: an earlier time leaves it where it is. */
  watermarkTo(timeMs: number): void;
  /** Who holds that loading be hurried. */
  watchers(): number;
}

export function paymentLoads(warehouse: Warehouse, kind: KindModel, tenant = 'default'): PaymentLoads {
  const gate = new TableGate(1000);
  const topic: TopicProgress = { gate, offsets: new Map(), watermarkMs: 0, watchers: 0, waitedForSinceMs: null };
  const progress = new LoaderProgress(new Map([[kind.plural, topic]]), {
    clock: systemClock,
    isWarehouseUp: () => true,
    onDemand: () => {},
  });
  const payments: Payment[] = [];
  const insert = async (batch: readonly Payment[], publish: () => void) => {
    await gate.beginLoad(hoursOf(batch.map(({ timeUs }) => Math.floor(timeUs / 60e6))));
    const offset = payments.length;
    payments.push(...batch);
    await loadPayments(warehouse, batch, { tenant, offset });
    publish();
    gate.endLoad();
  };
  return {
    progress,
    payments,
    async load(batch) {
      await insert(batch, () => {
        topic.offsets = new Map([[0, BigInt(payments.length - 1)]]);
      });
      progress.advanced(kind.plural);
    },
    mend: (batch) => insert(batch, () => {}),
    watermarkTo(timeMs) {
      topic.watermarkMs = Math.max(topic.watermarkMs ?? 0, timeMs);
      progress.advanced(kind.plural);
    },
    watchers: () => topic.watchers,
  };
}

/** Payments one after the other, from a fixed seed, each at a time between the two. */
export function paymentMaker(seed: number): (fromMs: number, toMs: number) => Payment {
  let state = seed;
  let number = 0;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return (fromMs, toMs) => ({
    source: 's',
    number: number++,
    userId: `u${random(40)}`,
    amount: `${random(100)}.${random(10_000)}`,
    tip: random(2) === 0 ? null : `${random(30)}.5`,
    pieces: random(4) === 0 ? null : random(9),
    weight: null,
    currency: random(2) === 0 ? 'EUR' : 'USD',
    status: ['CAPTURED', 'DECLINED', 'REFUNDED'][random(3)] ?? 'CAPTURED',
    country: ['DE', 'FR', null][random(3)] ?? null,
    merchant: random(5) === 0 ? null : `m${random(12)}`,
    online: null,
    timeUs: fromMs * 1000 + random((toMs - fromMs) * 1000),
    late: random(6) === 0,
  });
}
