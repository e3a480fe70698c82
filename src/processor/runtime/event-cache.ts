import type { StoredRecord } from '../../log/log.ts';
import type { KindModel } from '../../model/event-model.ts';
import { invariant } from '../../platform/errors.ts';
import { type EventSource, eventSource, type StoredEvent, storedEvent } from './stored-event.ts';

/**
 * Events read once for all jobs that read a topic. Jobs that keep up with the stream read the same records at about the same time; of those that
 * do not, each reads for itself.
 */
export class EventCache {
  readonly #kinds: ReadonlyMap<string, KindModel>;
  readonly #readers = new Map<string, number>();
  readonly #partitions = new Map<string, (StoredEvent | undefined)[]>();
  readonly #sources = new Map<string, EventSource>();

  constructor(kinds: readonly KindModel[]) {
    this.#kinds = new Map(kinds.map((kind) => [kind.plural, kind]));
  }

  kind(topic: string): KindModel {
    const kind = this.#kinds.get(topic);
    invariant(kind !== undefined, `${topic} is the topic of a kind`);
    return kind;
  }

  sourceOf(topic: string, partition: number): EventSource {
    const name = `${topic}/${partition}`;
    const known = this.#sources.get(name) ?? eventSource(this.kind(topic), partition);
    this.#sources.set(name, known);
    return known;
  }

  /** A job reads this topic from now on. */
  join(topic: string): void {
    this.#readers.set(topic, (this.#readers.get(topic) ?? 0) + 1);
  }

  leave(topic: string): void {
    this.#readers.set(topic, (this.#readers.get(topic) ?? 1) - 1);
    if (this.#readers.get(topic) === 0) this.#readers.delete(topic);
  }

  readerOf(topic: string, partition: number): (record: StoredRecord) => StoredEvent {
    const source = this.sourceOf(topic, partition);
    const name = `${topic}/${partition}`;
    const slots = this.#partitions.get(name) ?? [];
    this.#partitions.set(name, slots);
    return (record) => {
      if ((this.#readers.get(topic) ?? 0) < 2) return storedEvent(record, source);
      const slot = Number(record.offset & SLOTS_MASK);
      const known = slots[slot];
      if (known?.isOf(record)) return known;
      const event = storedEvent(record, source);
      slots[slot] = event;
      return event;
    };
  }
}

/** 8,192 events of each partition, as many as a step takes: some ten megabytes. */
const SLOTS_MASK = 0x1fffn;
