import { createRequire } from 'node:module';
import * as zlib from 'node:zlib';
import { decompressSnappy } from './snappy.ts';

/** What is written into the lowest three bits of a batch's attributes. */
export const COMPRESSION = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
export type CompressionName = keyof typeof COMPRESSION;
export type WrittenCompression = 'none' | 'gzip' | 'lz4';

const load = createRequire(import.meta.url);

interface Lz4Package {
  compressFrameSync(bytes: Buffer): Buffer;
  decompressFrameSync(bytes: Buffer): Buffer;
}

/** A package with a binary for each platform; where there is none, batches are written with gzip and those in lz4 cannot be read. */
const lz4 = loadLz4();

function loadLz4(): Lz4Package | null {
  try {
    return load('lz4-napi') as Lz4Package;
  } catch {
    return null;
  }
}

/** lz4 costs a tenth of gzip's time and saves two thirds of what gzip saves. */
export const BEST_COMPRESSION: 'lz4' | 'gzip' = lz4 === null ? 'gzip' : 'lz4';

export function compress(bytes: Buffer, compression: WrittenCompression): Buffer {
  if (compression === 'none') return bytes;
  return compression === 'lz4' && lz4 !== null ? lz4.compressFrameSync(bytes) : zlib.gzipSync(bytes, { level: 1 });
}

type Decompress = (bytes: Buffer) => Buffer;

/** Node has zstd from 22.15 on. */
const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: Decompress };

/** What can be read here; other producers write what they like. */
export const DECOMPRESS: Readonly<Partial<Record<CompressionName, Decompress>>> = {
  none: (bytes) => bytes,
  gzip: (bytes) => zlib.gunzipSync(bytes),
  snappy: decompressSnappy,
  ...(lz4 === null ? {} : { lz4: (bytes: Buffer) => lz4.decompressFrameSync(bytes) }),
  ...(zstdDecompressSync === undefined ? {} : { zstd: zstdDecompressSync }),
};
