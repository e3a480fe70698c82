import { isUtf8 } from 'node:buffer';
import { uuidv7 } from 'uuidv7';
import type { LogRecord } from '../log/log.ts';
import { logKey, recordHead } from '../model/record-format.ts';
import type { Rejection } from '../model/validate/rejection.ts';

/** What was refused, whole, with the reason: one record of the `rejected` stream. */
export function rejectedRecord(refused: Refused): LogRecord {
  const { tenant, receivedAtMs, rejection } = refused;
  const head = recordHead({
    tenant,
    timeUs: BigInt(receivedAtMs) * 1000n,
    receivedAtMs,
    watermarkMs: null,
    sequence: null,
    compositeId: null,
  });
  const members = JSON.stringify({
    id: uuidv7(),
    kind: refused.kind,
    eventId: refused.eventId,
    source: refused.source,
    code: rejection.code,
    pointer: rejection.pointer,
    expected: rejection.expected,
    got: rejection.got,
    ...payloadOf(refused.payload),
  });
  return { key: logKey(tenant, refused.kind ?? ''), timeMs: receivedAtMs, value: Buffer.from(head + members.slice(1)) };
}

export interface Refused {
  readonly tenant: string;
  /** TRANSACTION; null where a request named none. */
  readonly kind: string | null;
  readonly eventId: string | null;
  /** graphql, bulk or kafka:<topic>. */
  readonly source: string;
  readonly receivedAtMs: number;
  /** Its pointer is one into the payload. */
  readonly rejection: Rejection;
  /** The bytes as they came. */
  readonly payload: Buffer;
}

/** As text where it is text; the rest as base64, so that not a bit is lost. */
function payloadOf(bytes: Buffer): { readonly payload: string; readonly payloadEncoding: 'TEXT' | 'BASE64' } {
  return isUtf8(bytes)
    ? { payload: bytes.toString('utf8'), payloadEncoding: 'TEXT' }
    : { payload: bytes.toString('base64'), payloadEncoding: 'BASE64' };
}
