import { type Exchange, exchange } from '../kafkajs-inner.ts';
import { WireReader, WireWriter } from '../wire.ts';

/**
 * InitProducerId, version 1: a number under which a broker takes each batch once. For a transactional id it comes with a new epoch: who had the id
 * before is fenced, and what that one left open is rolled back before the answer.
 */
export function initProducerId(owner: TransactionalId | null): Exchange<GivenIdentity> {
  const body = new WireWriter()
    .string(owner?.transactionalId ?? null)
    .int32(owner?.timeoutMs ?? 0)
    .done();
  return exchange({ apiKey: 22, apiVersion: 1, apiName: 'InitProducerId', body, decode });
}

export interface TransactionalId {
  readonly transactionalId: string;
  /** How long a transaction under it may be open. */
  readonly timeoutMs: number;
}

export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

export interface GivenIdentity extends ProducerIdentity {
  readonly errorCode: number;
}

function decode(payload: Buffer): GivenIdentity {
  const reader = new WireReader(payload);
  reader.int32(); // throttle
  return { errorCode: reader.int16(), producerId: reader.int64(), producerEpoch: reader.int16() };
}
