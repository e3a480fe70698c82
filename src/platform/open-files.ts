import { readFileSync } from 'node:fs';

/** How many files and connections this process may have open at a time. Null where the system does not say. */
export function openFilesMax(): number | null {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? null : Number(limit);
  } catch {
    // Only Linux has that file.
    return null;
  }
}
