import type { KindModel } from '../model/event-model.ts';
import { EMPTY_VERSION, encodeVersion, type Version } from '../model/version.ts';
import type { Clock } from '../platform/clock.ts';
import { LakegateError } from '../platform/errors.ts';
import type { Admission } from './admission.ts';
import type { Admitted, EventVerdict, IncomingEvent } from './admit-events.ts';
import { type BodyFormat, bodyFormat } from './body-format.ts';
import type { EventSplitter, Piece } from './event-splitter.ts';
import { openCloudEvent } from './open-cloud-event.ts';
import { readBody } from './read-body.ts';
import { splitJson } from './split-json.ts';
import { splitLines } from './split-lines.ts';

/**
 * `POST /ingest/:kind` without the HTTP: a body of any size, judged event by event while it is still coming, in order.
 *
 * - Partial success is normal: the answer counts what was admitted, what was a duplicate and what was rejected, also when that is all of
 *   it. Their sum is the number of events sent.
 * - The body is taken in slices, and a slice is durable before the one after the next is read: memory stays the same however long the
 *   body is, and a client that sends faster than the disk writes is held back by its own connection.
 * - A body that breaks off (the client goes away, the limit is reached, the log says OVERLOADED or READ_ONLY) is an error for the whole
 *   request. The slices before stay admitted, and the client sends all of it again: events that were admitted are then duplicates.
 */
export interface BulkDoor {
  ingestBody(call: BulkCall): Promise<BulkAnswer>;
}

export interface BulkCall {
  readonly kind: KindModel;
  readonly tenant: string;
  /** The headers, as they came. */
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Which verdicts the answer lists, at most VERDICTS_MAX of them. Default: those of events that were rejected or are pending. */
  readonly verdicts?: ListedVerdicts;
}

export type ListedVerdicts = 'all' | 'rejected' | 'none';

export interface BulkAnswer {
  readonly admitted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Durable, not judged in time; what becomes of each can be asked for by its id. */
  readonly pending: number;
  /** What makes every admitted event, and the first sighting of every duplicate, visible. */
  readonly version: Version;
  readonly verdicts: readonly EventVerdict[];
  /** How many more there would have been. */
  readonly verdictsLeftOut: number;
}

interface BulkDoorOptions {
  readonly admission: Admission;
  readonly clock: Clock;
  /** Of one body, after decompression. */
  readonly bodyBytesMax: number;
  /** Default BODIES_MAX. */
  readonly bodiesMax?: number;
}

/** Bodies at one time: each holds at most nine slices, a partial event and its verdicts, 6 MiB together, so all of them 192 MiB. */
const BODIES_MAX = 32;

/** In one answer: a megabyte of JSON. The counts are exact all the same. */
export const VERDICTS_MAX = 10_000;

/**
 * Above one of these a slice is admitted. Judging it takes 8 ms in which nothing else runs; four times as much brought no more events a second.
 */
const SLICE_BYTES = 256 * 1024;
const SLICE_EVENTS = 1_000;

/**
 * Slices wait for the disk together, in one commit, while the next are read and judged. With two the disk's answers set the pace; eight brought
 * 1.7 times the events a second, sixteen no more.
 */
const SLICES_ON_THEIR_WAY = 8;

/** A body of 64 MiB takes about a second. */
const RETRY_AFTER_MS = 1_000;

export function openBulkDoor(options: BulkDoorOptions): BulkDoor {
  const bodiesMax = options.bodiesMax ?? BODIES_MAX;
  let bodies = 0;
  return {
    async ingestBody(call) {
      if (bodies >= bodiesMax) throw overloaded(bodiesMax);
      bodies++;
      try {
        return await ingestBody(options, call);
      } finally {
        bodies--;
      }
    },
  };
}

function overloaded(bodiesMax: number): LakegateError {
  return new LakegateError({
    code: 'OVERLOADED',
    message: `expected at most ${bodiesMax} bulk requests at a time; send this one again in a moment`,
    retryAfterMs: RETRY_AFTER_MS,
  });
}

async function ingestBody(options: BulkDoorOptions, call: BulkCall): Promise<BulkAnswer> {
  const format = bodyFormat(call.contentType);
  const body = readBody(call.body, { contentEncoding: call.contentEncoding, bytesMax: options.bodyBytesMax });
  const sum = new AnswerSum(call.verdicts ?? 'rejected');
  const onTheirWay: Promise<Admitted>[] = [];
  try {
    for await (const events of slices(body, format)) {
      if (onTheirWay.length >= SLICES_ON_THEIR_WAY) sum.add(await next(onTheirWay));
      onTheirWay.push(begin(options, call, events));
    }
    while (onTheirWay.length > 0) sum.add(await next(onTheirWay));
  } finally {
    // After an error: what is still on its way ends before the request does.
    await Promise.allSettled(onTheirWay);
  }
  // An empty array is meant. A body without a line is a file that was not there or was not read: counts of 0 would look like success.
  if (format === 'lines' && sum.isEmpty) throw noEvents();
  return sum.answer();
}

function noEvents(): LakegateError {
  return new LakegateError({
    code: 'BAD_REQUEST',
    message: 'expected at least one event, one JSON object a line; got a body without any',
  });
}

/** Takes the promise from the queue before waiting for it, so that its error is met once. */
function next(queue: Promise<Admitted>[]): Promise<Admitted> {
  return queue.shift() ?? Promise.reject(new Error('invariant broken: nothing on its way'));
}

/** Its error is met when its turn comes; until then it must not count as one that nobody handles. */
function begin(options: BulkDoorOptions, call: BulkCall, events: readonly IncomingEvent[]): Promise<Admitted> {
  const slice = admitSlice(options, call, events);
  slice.catch(() => {});
  return slice;
}

function admitSlice(options: BulkDoorOptions, call: BulkCall, events: readonly IncomingEvent[]): Promise<Admitted> {
  const { tenant, kind } = call;
  return options.admission.admitEvents(kind, { tenant, source: 'bulk', receivedAtMs: options.clock.nowMs(), events });
}

/** The events of a body, in order, in slices. */
async function* slices(body: AsyncIterable<Buffer>, format: BodyFormat): AsyncGenerator<readonly IncomingEvent[]> {
  const splitter = splitterFor(format);
  const open = format === 'cloud event' || format === 'cloud events' ? openPiece : asItIs;
  let events: IncomingEvent[] = [];
  let bytes = 0;
  const take = (piece: Piece): void => {
    events.push(open(piece));
    bytes += 'bytes' in piece ? piece.bytes.length : piece.payload.length;
  };
  for await (const chunk of body) {
    splitter.push(chunk, take);
    if (events.length < SLICE_EVENTS && bytes < SLICE_BYTES) continue;
    yield events;
    events = [];
    bytes = 0;
  }
  splitter.end(take);
  if (events.length > 0) yield events;
}

function splitterFor(format: BodyFormat): EventSplitter {
  return format === 'lines' ? splitLines() : splitJson();
}

function openPiece(piece: Piece): IncomingEvent {
  return 'rejection' in piece ? piece : openCloudEvent(piece.bytes);
}

function asItIs(piece: Piece): IncomingEvent {
  return piece;
}

/** The answers of the slices as one. */
class AnswerSum {
  readonly #listed: ListedVerdicts;
  readonly #verdicts: EventVerdict[] = [];
  #events = 0;
  #admitted = 0;
  #duplicates = 0;
  #rejected = 0;
  #pending = 0;
  #leftOut = 0;
  #version = EMPTY_VERSION;

  constructor(listed: ListedVerdicts) {
    this.#listed = listed;
  }

  get isEmpty(): boolean {
    return this.#events === 0;
  }

  add(slice: Admitted): void {
    this.#admitted += slice.admitted;
    this.#duplicates += slice.duplicates;
    this.#rejected += slice.rejected;
    this.#pending += slice.pending;
    this.#version = laterOf(this.#version, slice.version);
    for (const verdict of slice.verdicts) {
      if (!this.#lists(verdict)) continue;
      if (this.#verdicts.length < VERDICTS_MAX)
        this.#verdicts.push({ ...verdict, index: this.#events + verdict.index });
      else this.#leftOut++;
    }
    this.#events += slice.verdicts.length;
  }

  #lists({ verdict }: EventVerdict): boolean {
    if (this.#listed !== 'rejected') return this.#listed === 'all';
    return verdict === 'REJECTED' || verdict === 'PENDING';
  }

  answer(): BulkAnswer {
    return {
      admitted: this.#admitted,
      duplicates: this.#duplicates,
      rejected: this.#rejected,
      pending: this.#pending,
      version: this.#version,
      verdicts: this.#verdicts,
      verdictsLeftOut: this.#leftOut,
    };
  }
}

/** What makes both visible. */
function laterOf(a: Version, b: Version): Version {
  const offsets = new Map([...a.offsets].map(([topic, partitions]) => [topic, new Map(partitions)]));
  for (const [topic, partitions] of b.offsets) {
    const known = offsets.get(topic) ?? new Map<number, bigint>();
    for (const [partition, offset] of partitions) {
      if (offset > (known.get(partition) ?? -1n)) known.set(partition, offset);
    }
    offsets.set(topic, known);
  }
  return { offsets, watermarksMs: new Map() };
}

/** The JSON of an answer: the field names of IngestPayload, offsets as text. */
export function bulkAnswerJson(answer: BulkAnswer, visible: boolean): Record<string, unknown> {
  const { admitted, duplicates, rejected, pending, verdictsLeftOut } = answer;
  return {
    admitted,
    duplicates,
    rejected,
    pending,
    version: encodeVersion(answer.version),
    visible,
    verdicts: answer.verdicts.map((verdict) => ({
      ...verdict,
      position: verdict.position === null ? null : { ...verdict.position, offset: verdict.position.offset.toString() },
    })),
    ...(verdictsLeftOut === 0 ? {} : { verdictsLeftOut }),
  };
}
