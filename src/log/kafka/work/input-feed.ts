import { setTimeout as pause } from 'node:timers/promises';
import { LakegateError } from '../../../platform/errors.ts';
import type { InputPlace, StoredHeadedRecord } from '../../partition-work.ts';
import { ANSWER_TIMEOUT_MS, type Brokers } from '../brokers.ts';
import { committedRecords } from '../committed-records.ts';
import { backoffMs, reasonOf } from '../kafka-away.ts';
import type { Fetched } from '../requests/fetch.ts';
import { listOffsets } from '../requests/list-offsets.ts';
import { fetchPlaces } from './fetch-places.ts';
import { KAFKA, nameOf } from './work-fault.ts';

/**
 * Reads the inputs of all partitions that this member has. A partition is asked for while it holds less than a step's worth, and all that are
 * asked of one broker go into one request, so that an idle partition costs some bytes in it.
 */
export interface InputFeed {
  /** `onSkipped` is told of offsets that are gone although nobody took what was there. */
  open(place: InputPlace, from: bigint, onSkipped: (skipped: OffsetSpan) => void): Inlet;
  close(): void;
}

export interface OffsetSpan {
  readonly from: bigint;
  /** The last one. */
  readonly through: bigint;
}

/** The records of one partition, in order. */
export interface Inlet {
  /** Records that are here now, at most this many and about this many bytes. Empty where there is none. */
  take(recordsMax: number, bytesMax: number): readonly StoredHeadedRecord[];
  isEmpty(): boolean;
  /** True when all there is was taken, as of a last look that went well: not while Kafka has not answered, or nobody knows. */
  isDrained(): boolean;
  /** True when as much is here as one step takes. */
  isFull(recordsMax: number, bytesMax: number): boolean;
  /** Resolves when something comes or goes wrong, at `wake`, or after this time. One at a time waits. */
  changedWithin(ms: number): Promise<void>;
  wake(): void;
  /** Where to go on once everything that is here is taken. Markers of transactions have offsets too, and are behind it then. */
  readonly next: bigint;
  /** Records that are there and not taken, as of the last look. */
  readonly lag: bigint;
  /** Why nothing comes; null where it does. */
  readonly failure: string | null;
  close(): void;
}

export interface FeedOptions {
  readonly brokers: Brokers;
  /** What one partition may hold: a step's worth. */
  readonly bytesMax: number;
  readonly recordsMax: number;
}

export function createInputFeed({ brokers, bytesMax, recordsMax }: FeedOptions): InputFeed {
  const feed: Feed = {
    brokers,
    bytesMax,
    recordsMax,
    inlets: new Set(),
    requests: new Map(),
    pumping: null,
    closed: false,
  };
  return {
    open: (place, from, onSkipped) => openInlet(feed, place, { from, onSkipped }),
    close: () => {
      feed.closed = true;
      if (feed.pumping !== null) clearImmediate(feed.pumping);
      feed.inlets.clear();
    },
  };
}

interface Feed {
  readonly brokers: Brokers;
  readonly bytesMax: number;
  readonly recordsMax: number;
  readonly inlets: Set<OpenInlet>;
  /** How many wait at each broker. */
  readonly requests: Map<number, number>;
  pumping: NodeJS.Immediate | null;
  closed: boolean;
}

interface OpenInlet extends InputPlace {
  next: bigint;
  end: bigint;
  records: StoredHeadedRecord[];
  bytes: number;
  /** Bytes of records for each byte that Kafka sent. */
  expansion: number;
  /** In a request, or waiting until it may be asked for again. */
  busy: boolean;
  failures: number;
  failure: string | null;
  /** Kafka has said what is there from `next` on. */
  lookedAt: boolean;
  /** Ends the wait of whoever waits for a change. */
  endWait: () => void;
  readonly onSkipped: (skipped: OffsetSpan) => void;
}

function openInlet(
  feed: Feed,
  { topic, partition }: InputPlace,
  { from, onSkipped }: Pick<OpenInlet, 'onSkipped'> & { readonly from: bigint },
): Inlet {
  const inlet: OpenInlet = {
    topic,
    partition,
    next: from,
    end: from,
    records: [],
    bytes: 0,
    expansion: EXPANSION_EXPECTED,
    busy: false,
    failures: 0,
    failure: null,
    lookedAt: false,
    endWait: () => {},
    onSkipped,
  };
  feed.inlets.add(inlet);
  pump(feed);
  return {
    take: (most, bytes) => {
      const taken = takeFrom(inlet, most, bytes);
      if (taken.length > 0) pump(feed);
      return taken;
    },
    isEmpty: () => inlet.records.length === 0,
    isDrained: () => inlet.lookedAt && inlet.failure === null && lagOf(inlet) === 0n,
    isFull: (most, bytes) => inlet.records.length >= most || inlet.bytes >= bytes,
    changedWithin: (ms) => changedWithin(inlet, ms),
    wake: () => inlet.endWait(),
    get next() {
      return inlet.next;
    },
    get lag() {
      return lagOf(inlet);
    },
    get failure() {
      return inlet.failure;
    },
    close: () => {
      feed.inlets.delete(inlet);
      inlet.endWait();
    },
  };
}

function lagOf({ records, next, end }: OpenInlet): bigint {
  return BigInt(records.length) + (end > next ? end - next : 0n);
}

function changedWithin(inlet: OpenInlet, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => inlet.endWait(), ms);
    inlet.endWait = () => {
      clearTimeout(timer);
      inlet.endWait = () => {};
      resolve();
    };
  });
}

function takeFrom(inlet: OpenInlet, recordsMax: number, bytesMax: number): readonly StoredHeadedRecord[] {
  let count = 0;
  let bytes = 0;
  for (const record of inlet.records) {
    const size = bytesOf(record);
    if (count >= recordsMax || (count > 0 && bytes + size > bytesMax)) break;
    bytes += size;
    count++;
  }
  inlet.bytes -= bytes;
  const taken = inlet.records.slice(0, count);
  inlet.records = count === inlet.records.length ? [] : inlet.records.slice(count);
  return taken;
}

function bytesOf({ key, value }: StoredHeadedRecord): number {
  return key.length + value.byteLength;
}

/**
 * Soon: whoever gets an answer takes records out of it first. So the partitions of one request find room together and are asked for together
 * again, and none is left to wait for another's.
 */
function pump(feed: Feed): void {
  feed.pumping ??= setImmediate(() => {
    feed.pumping = null;
    void askForAll(feed);
  });
}

/** Asks for everything that has room and is not being asked for. Never rejects: what goes wrong is kept with the inlets it stops. */
async function askForAll(feed: Feed): Promise<void> {
  const wanting = [...feed.inlets].filter((inlet) => !inlet.busy && hasRoom(feed, inlet));
  for (const inlet of wanting) inlet.busy = true;
  const byLeader = new Map<number, OpenInlet[]>();
  for (const inlet of wanting) {
    try {
      const leader = await feed.brokers.leaderOf(inlet.topic, inlet.partition);
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), inlet]);
    } catch (error) {
      void failed(feed, inlet, error);
    }
  }
  for (const [leader, inlets] of byLeader) {
    if (feed.closed || (feed.requests.get(leader) ?? 0) >= REQUESTS_MAX) for (const inlet of inlets) inlet.busy = false;
    else void request(feed, leader, inlets);
  }
}

function hasRoom({ bytesMax, recordsMax }: Feed, { bytes, records }: OpenInlet): boolean {
  return bytes < bytesMax && records.length < recordsMax;
}

/**
 * How many requests may wait at a broker at once: one for partitions in which nothing happens, others for those that found room while it
 * waited without them.
 */
const REQUESTS_MAX = 3;

/**
 * How long a request waits where nothing comes. A partition that found room while all requests wait without it is asked for after this, at
 * the latest; and a member without work asks this often.
 */
const WAIT_MS = 250;

async function request(feed: Feed, leader: number, inlets: readonly OpenInlet[]): Promise<void> {
  feed.requests.set(leader, (feed.requests.get(leader) ?? 0) + 1);
  try {
    const places = inlets.map((inlet) => ({
      ...placeOf(inlet),
      from: inlet.next,
      bytesMax: bytesToAskFor(feed, inlet),
    }));
    const answer = await feed.brokers.send(leader, fetchPlaces(places, WAIT_MS), ANSWER_TIMEOUT_MS + WAIT_MS);
    if (answer.errorCode !== 0) throw new Error(`reading is refused: ${nameOf(answer.errorCode)}`);
    for (const inlet of inlets) receive(feed, inlet, answer.fetched.find(isOf(inlet)));
  } catch (error) {
    for (const inlet of inlets) void failed(feed, inlet, error);
  } finally {
    feed.requests.set(leader, (feed.requests.get(leader) ?? 1) - 1);
    pump(feed);
  }
}

/** As many as there is room for, by what became of the bytes that came last: Kafka counts them compressed. */
function bytesToAskFor({ bytesMax }: Feed, { bytes, expansion }: OpenInlet): number {
  return Math.max(FETCH_BYTES_MIN, Math.ceil((bytesMax - bytes) / expansion));
}

/** 64 KiB: some batches. With less a request would only make more requests. */
const FETCH_BYTES_MIN = 64 * 1024;

/** What lz4 makes of JSON. */
const EXPANSION_EXPECTED = 4;

function placeOf({ topic, partition }: OpenInlet): InputPlace {
  return { topic, partition };
}

function isOf({ topic, partition }: InputPlace): (place: InputPlace) => boolean {
  return (place) => place.topic === topic && place.partition === partition;
}

function receive(feed: Feed, inlet: OpenInlet, fetched: Fetched | undefined): void {
  try {
    if (fetched === undefined) throw new Error('the answer does not name the partition');
    if (fetched.errorCode === KAFKA.offsetOutOfRange) {
      void goOnFromFirst(feed, inlet);
      return;
    }
    if (fetched.errorCode !== 0) throw new Error(`reading is refused: ${nameOf(fetched.errorCode)}`);
    pour(inlet, fetched);
    inlet.failures = 0;
    inlet.failure = null;
    inlet.busy = false;
  } catch (error) {
    void failed(feed, inlet, error);
  }
}

function pour(inlet: OpenInlet, fetched: Fetched): void {
  const { records, next, damage } = committedRecords(fetched, inlet.next);
  if (damage !== null) {
    throw new LakegateError({
      code: 'LOG_CORRUPT',
      message: `Part of the log is damaged: ${inlet.topic}, partition ${inlet.partition}, from offset ${damage.from} on.`,
      facts: { topic: inlet.topic, partition: inlet.partition, from: damage.from, through: damage.through - 1n },
    });
  }
  inlet.lookedAt = true;
  inlet.end = fetched.committedEnd;
  inlet.next = next;
  if (records.length === 0) return;
  let bytes = 0;
  for (const record of records) {
    inlet.records.push(record);
    bytes += bytesOf(record);
  }
  inlet.bytes += bytes;
  inlet.expansion = Math.max(1, bytes / fetched.batches.byteLength);
  inlet.endWait();
}

/** What lies before the first record that is kept is gone, and that is told. What lies beyond the end is a mistake, and is told as one. */
async function goOnFromFirst(feed: Feed, inlet: OpenInlet): Promise<void> {
  const { topic, partition } = inlet;
  try {
    const [listed] = await feed.brokers.sendToLeader(topic, partition, listOffsets(topic, [partition], 'first'));
    if (listed === undefined || listed.errorCode !== 0) throw new Error(`the first offset of ${topic} is not told`);
    if (listed.offset <= inlet.next) throw new Error(`offset ${inlet.next} is beyond the end of ${topic}/${partition}`);
    inlet.onSkipped({ from: inlet.next, through: listed.offset - 1n });
    inlet.next = listed.offset;
    inlet.lookedAt = false;
    inlet.busy = false;
    pump(feed);
  } catch (error) {
    void failed(feed, inlet, error);
  }
}

/** Tried again a little later each time; whoever waits learns why. */
async function failed(feed: Feed, inlet: OpenInlet, error: unknown): Promise<void> {
  feed.brokers.forgetLeaders(inlet.topic);
  inlet.failure = reasonOf(error);
  inlet.failures++;
  inlet.endWait();
  await pause(backoffMs(inlet.failures));
  inlet.busy = false;
  pump(feed);
}
