import kafkajs, { CompressionTypes } from 'kafkajs';
import { compress, DECOMPRESS } from '../../../src/log/kafka/codecs.ts';

/** For the whole process: kafkajs has no codec of its own for lz4 and gets the one that the log uses. */
export function useLz4InKafkajs(): void {
  kafkajs.CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: async ({ buffer }: { readonly buffer: Buffer }) => compress(buffer, 'lz4'),
    decompress: async (bytes: Buffer) => DECOMPRESS.lz4?.(bytes),
  });
}
