import { logKey, recordHead } from '../record-format.ts';

/** Somebody has seen an alert, and may have said something to it. */
export interface Acknowledgement {
  readonly tenant: string;
  readonly alertId: string;
  /** Who; `anonymous` while authentication is off. */
  readonly by: string;
  readonly note: string | null;
  readonly atMs: number;
}

/** One record of `acknowledgements`: the head as every record has it, then {"alertId":"…","by":"…","note":"…"}. */
export function encodeAcknowledgement({ tenant, alertId, by, note, atMs }: Acknowledgement) {
  const timeUs = BigInt(atMs) * 1000n;
  const head = recordHead({ tenant, timeUs, receivedAtMs: atMs, watermarkMs: null, sequence: null, compositeId: null });
  const members = JSON.stringify({ alertId, by, note });
  return { key: logKey(tenant, alertId), timeMs: atMs, value: Buffer.from(head + members.slice(1)) };
}
