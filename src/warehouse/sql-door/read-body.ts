import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { decompressFrame } from 'lz4-napi';
import { type EngineError, refused } from '../engine/engine-error.ts';

/**
 * The body of a request as it was before it was encoded. One in an encoding that is not known here is refused: run as text it would be somebody's
 * rows lost, or half a statement.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const decode = DECODERS.get(encoding.trim().toLowerCase());
  if (decode === undefined) {
    throw refused(
      'UNKNOWN_COMPRESSION_METHOD',
      `Expected a body in ${[...DECODERS.keys()].join(', ')}, got Content-Encoding: ${encoding.slice(0, 50)}`,
    );
  }
  return decode(await readBytes(request)).catch((error: unknown) => {
    throw tooLarge(error) ?? refused('BAD_ARGUMENTS', `Expected a body in ${encoding}, got bytes that are not`);
  });
}

/** A statement is at most 256 KiB, parameters the rest. */
const BODY_BYTES_MAX = 1024 * 1024;

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw refused('TOO_LARGE_STRING_SIZE', TOO_LARGE);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

const TOO_LARGE = `Expected a body of at most ${BODY_BYTES_MAX} bytes`;
/** Decoders stop here, whatever a small body says that it holds. */
const LIMIT = { maxOutputLength: BODY_BYTES_MAX };

const DECODERS: ReadonlyMap<string, (bytes: Buffer) => Promise<Buffer>> = new Map([
  ['identity', async (bytes) => bytes],
  ['gzip', (bytes) => promisify(zlib.gunzip)(bytes, LIMIT)],
  ['deflate', (bytes) => promisify(zlib.inflate)(bytes, LIMIT)],
  ['br', (bytes) => promisify(zlib.brotliDecompress)(bytes, LIMIT)],
  ['lz4', decodeLz4],
]);

/** The decoder knows no limit, and 1 byte can become 255: so what is decoded is small to begin with. */
async function decodeLz4(bytes: Buffer): Promise<Buffer> {
  if (bytes.length > LZ4_BYTES_MAX) throw refused('TOO_LARGE_STRING_SIZE', TOO_LARGE);
  const decoded = await decompressFrame(bytes);
  if (decoded.length > BODY_BYTES_MAX) throw refused('TOO_LARGE_STRING_SIZE', TOO_LARGE);
  return decoded;
}

/** 64 KiB: at most 16 MiB for a moment. */
const LZ4_BYTES_MAX = 64 * 1024;

function tooLarge(error: unknown): EngineError | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'EngineError') return refused('TOO_LARGE_STRING_SIZE', TOO_LARGE);
  const tooLong = 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
  return tooLong ? refused('TOO_LARGE_STRING_SIZE', TOO_LARGE) : null;
}
