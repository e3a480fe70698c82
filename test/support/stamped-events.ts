import { partitionOf } from '../../src/log/partition-of.ts';
import { PartitionWatermark } from '../../src/model/partition-watermark.ts';
import { logKey, recordHead } from '../../src/model/record-format.ts';

/** An event as a test writes it. */
export interface GivenEvent {
  readonly tenant?: string;
  readonly key: string;
  readonly id: string;
  readonly timeMs: number;
  readonly receivedAtMs?: number;
  /** Which of all watermarks is met is decided by what came before; this one raises it first, as a quiet stream does. */
  readonly floorMs?: number;
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Makes records of events as admission does: each carries the watermark that it meets in its partition. */
export class EventStamper {
  readonly #watermarks: readonly PartitionWatermark[];
  readonly #names: { readonly keyField: string; readonly idField: string };

  constructor(partitions: number, names = { keyField: 'userId', idField: 'id' }) {
    this.#watermarks = Array.from(
      { length: partitions },
      () => new PartitionWatermark({ newestTimeMs: null, raisedMs: null }),
    );
    this.#names = names;
  }

  record({ tenant = 'default', key, id, timeMs, receivedAtMs = timeMs, floorMs, members = {} }: GivenEvent) {
    const logged = logKey(tenant, key);
    const watermark = this.#watermarks[partitionOf(logged, this.#watermarks.length)];
    if (watermark === undefined) throw new Error('a key has a partition');
    if (floorMs !== undefined) watermark.raise(floorMs);
    const timeUs = BigInt(Math.round(timeMs * 1000));
    const watermarkMs = watermark.judge(timeMs);
    const head = recordHead({ tenant, timeUs, receivedAtMs, watermarkMs, sequence: null, compositeId: null });
    const own = { [this.#names.idField]: id, [this.#names.keyField]: key, ...members };
    return { key: logged, timeMs, value: Buffer.from(head + JSON.stringify(own).slice(1)) };
  }
}
