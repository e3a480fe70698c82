import { expect } from 'vitest';
import type { RawEvent } from '../../src/analytics/events/raw-event.ts';
import { batches, type EventBatch } from '../../src/live/events/event-batch.ts';
import type { EventStreams } from '../../src/live/events/open-event-streams.ts';
import { kindEvents, kindFilter } from '../../src/live/events/sources/kind-events.ts';
import { type Place, readPlace } from '../../src/live/place.ts';
import type { KindModel, WhereTree } from '../../src/model/event-model.ts';
import { TENANT_DEFAULT } from '../../src/model/record-format.ts';

export type Batch = EventBatch<RawEvent>;

export const QUIET = { warn: () => {} };

export interface AskedPlace {
  readonly after?: string | null;
  readonly where?: WhereTree;
  readonly tenant?: string;
}

export function eventPlace(
  streams: EventStreams,
  kind: KindModel,
  { after = null, where = {}, tenant = TENANT_DEFAULT }: AskedPlace = {},
): Promise<Place<Batch>> {
  return streams.open({
    tenant,
    source: kindEvents(kind),
    where: kindFilter(kind, where),
    shape: batches<RawEvent>(),
    after,
  });
}

export function idsOf(messages: readonly Batch[]): readonly string[] {
  return messages.flatMap(({ nodes }) => nodes.map(({ meta }) => meta.id));
}

/** Messages until there were so many events. */
export async function readEvents(reading: AsyncIterator<Batch>, events: number): Promise<Batch[]> {
  const messages: Batch[] = [];
  for (let seen = 0; seen < events; ) {
    const { value } = await reading.next();
    messages.push(value);
    seen += value.nodes.length;
  }
  return messages;
}

/** The message without events that says where a reader begins. */
export async function beginning(reading: AsyncIterator<Batch>): Promise<Batch> {
  const { value } = await reading.next();
  expect(value.nodes).toEqual([]);
  return value;
}

/** A reader who says the last cursor that he saw whenever he comes back. */
export class ComingBack {
  readonly where: WhereTree;
  /** Ids that he is to be told of, and what he was told. */
  readonly wanted: string[] = [];
  readonly seen: RawEvent[] = [];
  readonly #kind: KindModel;
  #cursor: string | null = null;
  #reading: AsyncIterableIterator<Batch> | null = null;

  constructor(kind: KindModel, where: WhereTree) {
    this.#kind = kind;
    this.where = where;
  }

  /** One message further, if there is anything that he still wants. */
  async step(gateway: EventStreams): Promise<void> {
    const { where } = this;
    this.#reading ??= readPlace(await eventPlace(gateway, this.#kind, { where, after: this.#cursor }));
    if (this.#cursor !== null && this.seen.length >= this.wanted.length) return;
    const { value } = await this.#reading.next();
    expect(value.skipped).toBeNull();
    this.seen.push(...value.nodes);
    this.#cursor = value.cursor;
  }

  async cutOff(): Promise<void> {
    await this.#reading?.return?.();
    this.#reading = null;
  }

  /** Every event once, and those of one partition in their order. */
  expectAll(about: string): void {
    expect(this.seen.map(({ meta }) => meta.id).toSorted(), about).toEqual(this.wanted.toSorted());
    for (const partition of new Set(this.seen.map(({ meta }) => meta.position.partition))) {
      const ofPartition = this.seen.filter(({ meta }) => meta.position.partition === partition);
      const offsets = ofPartition.map(({ meta }) => Number(meta.position.offset));
      expect(offsets, about).toEqual(offsets.toSorted((a, b) => a - b));
    }
  }
}
