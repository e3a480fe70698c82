import type { InputPlace } from '../../partition-work.ts';
import { type Exchange, exchange } from '../kafkajs-inner.ts';
import type { ProducerIdentity } from '../requests/init-producer-id.ts';
import { WireWriter } from '../wire.ts';
import { byTopic } from './by-topic.ts';
import { afterThrottle, type Coded, decodeCoded } from './coded.ts';

/**
 * What the owner of a transactional id (`initProducerId`) says to its coordinator, in versions that brokers from 2.4 to 4.x answer.
 *
 *   AddPartitionsToTxn 1    these partitions will be written; must be answered before they are
 *   EndTxn 1                commit or roll back: decided when answered, seen by readers a moment later
 */
export interface TransactionOwner extends ProducerIdentity {
  readonly transactionalId: string;
}

/** Answers with the first error that says something: where one partition fails, the others are answered "not attempted". */
export function addPartitionsToTransaction(
  { transactionalId, producerId, producerEpoch }: TransactionOwner,
  places: readonly InputPlace[],
): Exchange<Coded> {
  const body = new WireWriter().string(transactionalId).int64(producerId).int16(producerEpoch);
  body.array(byTopic(places), ({ topic, partitions }) =>
    body.string(topic).array(partitions, ({ partition }) => body.int32(partition)),
  );
  return exchange({
    apiKey: 24,
    apiVersion: 1,
    apiName: 'AddPartitionsToTxn',
    body: body.done(),
    decode: (payload) => {
      const reader = afterThrottle(payload);
      const codes = reader.array(() => {
        reader.string();
        return reader.array(() => {
          reader.int32();
          return reader.int16();
        });
      });
      const failed = codes.flat().filter((code) => code !== 0);
      const errorCode = failed.find((code) => code !== OPERATION_NOT_ATTEMPTED) ?? failed[0] ?? 0;
      return { errorCode };
    },
  });
}

const OPERATION_NOT_ATTEMPTED = 55;

export function endTransaction(
  { transactionalId, producerId, producerEpoch }: TransactionOwner,
  commit: boolean,
): Exchange<Coded> {
  return exchange({
    apiKey: 26,
    apiVersion: 1,
    apiName: 'EndTxn',
    body: new WireWriter()
      .string(transactionalId)
      .int64(producerId)
      .int16(producerEpoch)
      .int8(commit ? 1 : 0)
      .done(),
    decode: decodeCoded,
  });
}
