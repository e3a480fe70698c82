import { WireReader } from '../wire.ts';

/** What went wrong, 0 for nothing. */
export interface Coded {
  readonly errorCode: number;
}

/** Every answer but Produce's begins with the time for which the broker wants nothing more, which `exchange` reads. */
export function afterThrottle(payload: Buffer): WireReader {
  const reader = new WireReader(payload);
  reader.int32();
  return reader;
}

export function decodeCoded(payload: Buffer): Coded {
  return { errorCode: afterThrottle(payload).int16() };
}
