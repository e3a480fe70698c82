import { LakegateError } from '../../../platform/errors.ts';
import { protocolError } from '../kafkajs-inner.ts';

/**
 * Why a transaction did not go on.
 *
 *   refused   the broker said no and nothing of that request happened: the transaction can be rolled back
 *   fenced    another owner began: this one has nothing to say any more
 *   unknown   nobody answered, or the answer does not fit: only a new owner, this one again or another, can say what is there
 */
export type FaultKind = 'refused' | 'fenced' | 'unknown';

export class WorkFault extends LakegateError {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, made: { readonly facts?: object; readonly cause?: unknown } = {}) {
    super({ code: 'READ_ONLY', message, facts: { ...made.facts }, retryable: true, cause: made.cause });
    this.kind = kind;
  }
}

/** Codes of the protocol that are told apart here; each with its number, because kafkajs does not know the newer ones. */
export const KAFKA = {
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  requestTimedOut: 7,
  networkException: 13,
  coordinatorLoading: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  illegalGeneration: 22,
  unknownMember: 25,
  rebalanceInProgress: 27,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  invalidProducerEpoch: 47,
  invalidTransactionState: 48,
  invalidProducerIdMapping: 49,
  concurrentTransactions: 51,
  storageError: 56,
  unknownProducer: 59,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  memberIdRequired: 79,
  producerFenced: 90,
} as const;

/** Asked again, the same request is answered as if it were the first. */
export const COORDINATOR_BUSY: ReadonlySet<number> = new Set([
  KAFKA.coordinatorLoading,
  KAFKA.coordinatorNotAvailable,
  KAFKA.notCoordinator,
  KAFKA.concurrentTransactions,
]);

/** The same batch sent again is taken once: it carries its sequence numbers. */
export const LEADER_BUSY: ReadonlySet<number> = new Set([
  KAFKA.unknownTopicOrPartition,
  KAFKA.leaderNotAvailable,
  KAFKA.notLeader,
  KAFKA.requestTimedOut,
  KAFKA.networkException,
  KAFKA.notEnoughReplicas,
  KAFKA.notEnoughReplicasAfterAppend,
  KAFKA.storageError,
  KAFKA.fencedLeaderEpoch,
  KAFKA.unknownLeaderEpoch,
]);

/** Kafka 2.7 and older say both with one code; newer ones answer produce requests with the first and coordinators' with the second. */
const FENCED: ReadonlySet<number> = new Set([KAFKA.invalidProducerEpoch, KAFKA.producerFenced]);

/** The coordinator and the leaders no longer agree with what we know: it may be a transaction that was open for too long. */
const LOST: ReadonlySet<number> = new Set([
  KAFKA.outOfOrderSequence,
  KAFKA.duplicateSequence,
  KAFKA.invalidTransactionState,
  KAFKA.invalidProducerIdMapping,
  KAFKA.unknownProducer,
]);

export function faultOf(errorCode: number, request: string, facts: object = {}): WorkFault {
  const kind = FENCED.has(errorCode) ? 'fenced' : LOST.has(errorCode) ? 'unknown' : 'refused';
  return new WorkFault(kind, `Kafka refused ${request}: ${nameOf(errorCode)}.`, { facts: { ...facts, errorCode } });
}

export function nameOf(errorCode: number): string {
  if (errorCode === KAFKA.producerFenced) return 'PRODUCER_FENCED';
  const { type } = protocolError(errorCode);
  return type === 'KAFKAJS_UNKNOWN_ERROR_CODE' ? `error ${errorCode}` : type;
}
