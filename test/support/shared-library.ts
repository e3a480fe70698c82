import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles a C file of this folder for LD_PRELOAD. Null where there is no C compiler, or no LD_PRELOAD. */
export function compileSharedLibrary(source: string): string | null {
  if (process.platform !== 'linux') return null;
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-preload-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const library = join(dir, `${source}.so`);
  const path = fileURLToPath(new URL(source, import.meta.url));
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, path, '-ldl']);
  return compiled.status === 0 ? library : null;
}
