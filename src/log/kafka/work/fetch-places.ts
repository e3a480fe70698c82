import type { InputPlace } from '../../partition-work.ts';
import { type Exchange, exchange } from '../kafkajs-inner.ts';
import type { Fetched } from '../requests/fetch.ts';
import { WireWriter } from '../wire.ts';
import { byTopic } from './by-topic.ts';
import { afterThrottle, type Coded } from './coded.ts';

const READ_COMMITTED = 1;
const NO_SESSION = { id: 0, epoch: -1 };

export interface PlaceToFetch extends InputPlace {
  readonly from: bigint;
  readonly bytesMax: number;
}

/** Fetch, version 11, of all these partitions of one broker, committed records only. Waits up to `waitMs` for the first byte of any. */
export function fetchPlaces(
  places: readonly PlaceToFetch[],
  waitMs: number,
): Exchange<Coded & { readonly fetched: readonly (InputPlace & Fetched)[] }> {
  const bytesMax = places.reduce((sum, place) => sum + place.bytesMax, 0);
  const body = new WireWriter().int32(-1).int32(waitMs).int32(1).int32(bytesMax).int8(READ_COMMITTED);
  body.int32(NO_SESSION.id).int32(NO_SESSION.epoch);
  body.array(byTopic(places), ({ topic, partitions }) => {
    body.string(topic).array(partitions, (place) => {
      body.int32(place.partition).int32(-1).int64(place.from).int64(-1n).int32(place.bytesMax);
    });
  });
  body.array([], () => {}).string('');
  return exchange({ apiKey: 1, apiVersion: 11, apiName: 'Fetch', body: body.done(), decode });
}

function decode(payload: Buffer): Coded & { readonly fetched: readonly (InputPlace & Fetched)[] } {
  const reader = afterThrottle(payload);
  const errorCode = reader.int16();
  reader.int32(); // session
  const topics = reader.array(() => {
    const topic = reader.string() ?? '';
    return reader.array(() => {
      const [partition, code] = [reader.int32(), reader.int16()];
      reader.int64(); // end, open transactions included
      const [committedEnd, first] = [reader.int64(), reader.int64()];
      const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
      reader.int32(); // replica to read from
      return { topic, partition, errorCode: code, committedEnd, first, aborted, batches: reader.bytes() };
    });
  });
  return { errorCode, fetched: topics.flat() };
}
