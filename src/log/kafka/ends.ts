import type { PartitionEnd } from '../log.ts';
import type { Brokers } from './brokers.ts';
import { committedRecords } from './committed-records.ts';
import { throwIfRefused } from './kafka-away.ts';
import { protocolError } from './kafkajs-inner.ts';
import { fetchPartition } from './requests/fetch.ts';
import { listOffsets, type OffsetAsked } from './requests/list-offsets.ts';

/**
 * Where partitions begin and end. On Kafka the end is not the offset after the last record: markers of transactions, and records that were
 * rolled back, have offsets too and nobody ever reads them. Whoever waits until everything up to the end has come would wait for ever. So
 * the end given here is the offset after the last record a reader can have, looked for from the end backwards, and remembered for as long
 * as Kafka's own end stays where it is.
 */
export class Ends {
  readonly #brokers: Brokers;
  readonly #known = new Map<string, { readonly committedEnd: bigint; readonly next: bigint }>();

  constructor(brokers: Brokers) {
    this.#brokers = brokers;
  }

  async of(topic: string): Promise<readonly PartitionEnd[]> {
    const [firsts, ends] = await Promise.all([this.#offsets(topic, 'first'), this.committedEnds(topic)]);
    return Promise.all(
      firsts.map(async (first, partition) => {
        const next = await this.#afterLastRecord(topic, partition, { first, committedEnd: ends[partition] ?? first });
        return { partition, first, next };
      }),
    );
  }

  /** By partition: Kafka's own end for readers of committed records. It moves whenever there is something new. */
  committedEnds(topic: string): Promise<readonly bigint[]> {
    return this.#offsets(topic, 'committed');
  }

  async #offsets(topic: string, asked: OffsetAsked): Promise<readonly bigint[]> {
    const leaders = await this.#brokers.leadersOf(topic);
    const offsets = leaders.map(() => 0n);
    const listed = [...new Set(leaders)].map(async (leader) => {
      const led = leaders.flatMap((each, partition) => (each === leader ? [partition] : []));
      const first = led[0] ?? 0;
      return this.#brokers.sendToLeader(topic, first, listOffsets(topic, led, asked));
    });
    for (const { partition, errorCode, offset } of (await Promise.all(listed)).flat()) {
      if (errorCode !== 0) this.#brokers.forgetLeaders(topic);
      throwIfRefused(errorCode, `looking at ${topic}`);
      offsets[partition] = offset;
    }
    return offsets;
  }

  async #afterLastRecord(topic: string, partition: number, range: { first: bigint; committedEnd: bigint }) {
    const key = `${topic}/${partition}`;
    const known = this.#known.get(key);
    if (known?.committedEnd === range.committedEnd) return later(known.next, range.first);
    const next = await this.#search(topic, partition, range);
    this.#known.set(key, { committedEnd: range.committedEnd, next });
    return next;
  }

  /** A marker is one offset, so the first look nearly always finds a record; after a large transaction that was rolled back it is far. */
  async #search(topic: string, partition: number, range: { first: bigint; committedEnd: bigint }): Promise<bigint> {
    const { first, committedEnd } = range;
    for (let back = 2n; ; back *= 8n) {
      const from = later(committedEnd - back, first);
      const last = await this.#lastRecord(topic, partition, { from, committedEnd });
      if (last !== null) return last + 1n;
      if (from === first) return first;
    }
  }

  async #lastRecord(topic: string, partition: number, range: { from: bigint; committedEnd: bigint }) {
    let last: bigint | null = null;
    for (let at = range.from; at < range.committedEnd; ) {
      const asked = fetchPartition({ topic, partition, from: at, waitMs: 0, bytesMax: SEARCH_BYTES });
      const fetched = await this.#brokers.sendToLeader(topic, partition, asked);
      if (fetched.errorCode !== 0) this.#brokers.forgetLeaders(topic);
      throwIfRefused(fetched.errorCode, `looking at ${topic}`);
      // A leader that has just become one does not know yet how far everybody has got: asked again it does.
      if (fetched.committedEnd < range.committedEnd) throw protocolError(OFFSET_NOT_AVAILABLE);
      const { records, next, damage } = committedRecords(fetched, at);
      last = records.findLast(({ offset }) => offset < range.committedEnd)?.offset ?? last;
      at = damage?.through ?? next;
      if (fetched.batches.byteLength === 0) break;
    }
    return last;
  }
}

const OFFSET_NOT_AVAILABLE = 78;

/** 256 KiB: some batches a request. */
const SEARCH_BYTES = 256 * 1024;

function later(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
