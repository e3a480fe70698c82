import { readFileSync } from 'node:fs';

/** As it is published under. */
export function productVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return version;
}
