import { type Exchange, exchange } from '../kafkajs-inner.ts';
import { WireReader, WireWriter } from '../wire.ts';

/** InitProducerId, version 1, without a transaction: a number under which a broker takes each batch once. */
export function initProducerId(): Exchange<ProducerIdentity> {
  const body = new WireWriter().string(null).int32(0).done();
  return exchange({ apiKey: 22, apiVersion: 1, apiName: 'InitProducerId', body, decode });
}

export interface ProducerIdentity {
  readonly errorCode: number;
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

function decode(payload: Buffer): ProducerIdentity {
  const reader = new WireReader(payload);
  reader.int32(); // throttle
  return { errorCode: reader.int16(), producerId: reader.int64(), producerEpoch: reader.int16() };
}
