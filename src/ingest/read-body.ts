import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { LakegateError } from '../platform/errors.ts';

/**
 * The body's bytes, decompressed, and never more than `bytesMax` of them, whatever a few compressed ones unfold to: TOO_LARGE then.
 *
 * The source is only ever asked for the next chunk, and never told to stop early: who refuses a body in the middle must still be able to
 * answer on the same connection. When the client goes away, the source throws and so does this.
 */
export async function* readBody(body: AsyncIterable<Uint8Array>, options: BodyOptions): AsyncGenerator<Buffer> {
  const inflate = decompressor(options.contentEncoding);
  const compressed = limited(buffers(body), options.bytesMax);
  yield* inflate === null ? compressed : limited(decompressed(compressed, inflate), options.bytesMax);
}

interface BodyOptions {
  /** As the header has it. Absent, empty and `identity` mean none. */
  readonly contentEncoding: string | undefined;
  readonly bytesMax: number;
}

/** 64 KiB, what a socket gives at once: larger chunks are cut, so that whoever counts what it has taken counts in small steps. */
const CHUNK_BYTES = 64 * 1024;

async function* buffers(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const iterator = body[Symbol.asyncIterator]();
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    const { value } = next;
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) yield chunk.subarray(at, at + CHUNK_BYTES);
  }
}

async function* limited(chunks: AsyncIterable<Buffer>, bytesMax: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw new LakegateError({
        code: 'TOO_LARGE',
        message: `expected a body of at most ${bytesMax} bytes after decompression, got more; send it in several requests (what was admitted of it stays, and counts once when sent again)`,
      });
    }
    yield chunk;
  }
}

function decompressor(contentEncoding: string | undefined): (() => Transform) | null {
  const encoding = (contentEncoding ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return null;
  const known = DECOMPRESSORS.get(encoding);
  if (known !== undefined) return known;
  throw new LakegateError({
    code: 'UNSUPPORTED_ENCODING',
    message: `expected a Content-Encoding of ${[...DECOMPRESSORS.keys()].join(', ')} or none, got ${JSON.stringify(encoding.slice(0, 100))}`,
  });
}

/** A piece is a trip to another thread and back, which waits where the machine is busy: with zlib's own 16 KiB a body of 64 MiB waits 4,000 times. */
const UNFOLDED_BYTES = { chunkSize: CHUNK_BYTES };

const DECOMPRESSORS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', () => createGunzip(UNFOLDED_BYTES)],
  ['x-gzip', () => createGunzip(UNFOLDED_BYTES)],
  ['deflate', () => createInflate(UNFOLDED_BYTES)],
  ['br', () => createBrotliDecompress(UNFOLDED_BYTES)],
]);

/** zlib works as far ahead as its buffers go, one piece, and no further until that is taken: a bomb unfolds at the pace of the limit. */
async function* decompressed(chunks: AsyncIterable<Buffer>, inflate: () => Transform): AsyncGenerator<Buffer> {
  let sourceError: unknown = null;
  const source = Readable.from(noticing(chunks, (error) => (sourceError = error)));
  // The error reaches whoever reads `unfolded`; the callback only keeps it from being thrown a second time.
  const unfolded = pipeline(source, inflate(), () => {});
  try {
    yield* unfolded;
  } catch (error) {
    if (sourceError !== null) throw sourceError;
    throw damaged(error);
  }
}

async function* noticing(chunks: AsyncIterable<Buffer>, notice: (error: unknown) => void): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    notice(error);
    throw error;
  }
}

function damaged(cause: unknown): LakegateError {
  return new LakegateError({
    code: 'BAD_REQUEST',
    message:
      'expected a body compressed as its Content-Encoding says, got damaged or incomplete data (what was admitted before the damage stays, and counts once when sent again)',
    cause,
  });
}
