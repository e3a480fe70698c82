import { LakegateError } from '../platform/errors.ts';

/**
 * How far the warehouse had come: for some topics, the last offset of each partition that is visible in every table, and the
 * watermark of the kind. Ingest returns the offsets it wrote, a query waits for one (`atLeast`), every answer carries one.
 */
export interface Version {
  /** topic → partition → last offset. A partition that is absent asks for nothing. */
  readonly offsets: ReadonlyMap<string, ReadonlyMap<number, bigint>>;
  /** topic → event time in milliseconds before which nothing more is expected. */
  readonly watermarksMs: ReadonlyMap<string, number>;
}

export const EMPTY_VERSION: Version = { offsets: new Map(), watermarksMs: new Map() };

/**
 * Text form, opaque to users: `v1.` and base64url of JSON, topics sorted, so that equal versions are equal text:
 * `{"transactions":[{"0":"17","3":"4"},1795264000000]}` (the number is the watermark, left out where there is none).
 */
export function encodeVersion(version: Version): string {
  const topics = [...new Set([...version.offsets.keys(), ...version.watermarksMs.keys()])].sort();
  const body: Record<string, unknown[]> = {};
  for (const topic of topics) {
    const partitions = [...(version.offsets.get(topic) ?? [])].sort((a, b) => a[0] - b[0]);
    const entry: unknown[] = [Object.fromEntries(partitions.map(([p, offset]) => [String(p), offset.toString()]))];
    const watermarkMs = version.watermarksMs.get(topic);
    if (watermarkMs !== undefined) entry.push(watermarkMs);
    body[topic] = entry;
  }
  return `v1.${Buffer.from(JSON.stringify(body)).toString('base64url')}`;
}

export function decodeVersion(text: string): Version {
  try {
    if (!text.startsWith('v1.')) throw new Error('prefix');
    const body = JSON.parse(Buffer.from(text.slice(3), 'base64url').toString('utf8')) as Record<string, unknown>;
    const offsets = new Map<string, Map<number, bigint>>();
    const watermarksMs = new Map<string, number>();
    for (const [topic, entry] of Object.entries(body)) {
      const [partitions, watermarkMs] = entry as [Record<string, string>, number?];
      offsets.set(topic, new Map(Object.entries(partitions).map(([p, offset]) => [Number(p), BigInt(offset)])));
      if (typeof watermarkMs === 'number') watermarksMs.set(topic, watermarkMs);
    }
    return { offsets, watermarksMs };
  } catch (cause) {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: `expected a version as an ingest answer or asOf gave it (v1.…), got ${JSON.stringify(text.slice(0, 80))}`,
      cause,
    });
  }
}

/** True if everything `wanted` names is visible in `have`. Watermarks are not part of the question. */
export function covers(have: Version, wanted: Version): boolean {
  for (const [topic, partitions] of wanted.offsets) {
    const loaded = have.offsets.get(topic);
    for (const [partition, offset] of partitions) {
      if ((loaded?.get(partition) ?? -1n) < offset) return false;
    }
  }
  return true;
}
