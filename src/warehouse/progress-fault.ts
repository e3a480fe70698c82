import type { PartitionEnd } from '../log/log.ts';
import { LakegateError } from '../platform/errors.ts';

const RETRY_AFTER_MS = 1000;

/** No moment was found in which what is read stood still: by loading, or because nobody answers. */
export function noMoment(topics: readonly string[], isWarehouseUp: boolean, cause?: unknown): LakegateError {
  const message = `expected a moment without loading of ${topics.join(', ')} before the deadline; there was none`;
  return isWarehouseUp ? overloaded(message, cause) : down(cause);
}

/** What is read was not through at the deadline: it is slow, or waited for others. */
export function noAnswerInTime(deadlineMs: number, isWarehouseUp: boolean, cause: unknown): LakegateError {
  const message = `expected an answer of the warehouse within ${deadlineMs / 1000} s, got none: it is busy with other questions, or this one asks much`;
  return isWarehouseUp ? overloaded(message, cause) : down(cause);
}

function overloaded(message: string, cause?: unknown): LakegateError {
  return new LakegateError({ code: 'OVERLOADED', message, retryable: true, retryAfterMs: RETRY_AFTER_MS, cause });
}

function down(cause?: unknown): LakegateError {
  return new LakegateError({
    code: 'WAREHOUSE_DOWN',
    message: 'The warehouse cannot be reached at the moment.',
    retryAfterMs: RETRY_AFTER_MS,
    cause,
  });
}

export function unknownStream(topic: string, known: Iterable<string>): LakegateError {
  return new LakegateError({
    code: 'BAD_REQUEST',
    message: `expected one of the streams ${[...known].join(', ')}, got ${JSON.stringify(topic.slice(0, 80))}`,
  });
}

/** What the log never gave cannot become visible: waiting for it would only end at the deadline. */
export function checkGiven(topic: string, wanted: ReadonlyMap<number, bigint>, ends: readonly PartitionEnd[]): void {
  for (const [partition, offset] of wanted) {
    if (offset < (ends.find((end) => end.partition === partition)?.next ?? 0n)) continue;
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: `expected a version that this server gave, got one with offset ${offset} of partition ${partition} of ${topic}`,
    });
  }
}
