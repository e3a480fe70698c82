import { LakegateError } from '../platform/errors.ts';

/**
 * A body whose sender may take as long as it needs, but not pause: each chunk must come within `idleMs` of being asked for. While nobody
 * asks, because the disk is behind, no time counts. Like the body itself it is never told to stop early.
 */
export async function* withoutPause(body: AsyncIterable<Uint8Array>, idleMs: number): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  for (;;) {
    const chunk = await within(chunks.next(), idleMs);
    if (chunk.done === true) return;
    yield chunk.value;
  }
}

async function within<Value>(awaited: Promise<Value>, idleMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(paused(idleMs)), idleMs);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}

function paused(idleMs: number): LakegateError {
  return new LakegateError({
    code: 'BAD_REQUEST',
    message: `expected the body to go on, got nothing for ${idleMs} ms; send it again (what was admitted of it stays, and counts once when sent again)`,
  });
}
