import { open } from 'node:fs/promises';

/** One bit of these bytes, in the file under the open log, and in pages that LMDB no longer uses as well. */
export async function damageFile(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  const content = await file.readFile();
  for (let at = content.indexOf(bytes); at >= 0; at = content.indexOf(bytes, at + 1)) {
    await file.write(Buffer.of((bytes[10] ?? 0) ^ 1), 0, 1, at + 10);
  }
  await file.close();
}
