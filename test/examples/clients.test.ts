import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LakegateProcess, removeDir, startLakegateProcess } from '../support/lakegate.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

let lakegate: LakegateProcess;

beforeAll(async () => {
  lakegate = await startLakegateProcess();
});

afterAll(async () => {
  await lakegate?.stop();
  if (lakegate !== undefined) removeDir(lakegate.dataDir);
});

test.each(['apollo-client', 'urql'])(
  '%s: a query, a mutation and a subscription that goes on from its cursor over a lost connection print what the README shows',
  async (name) => {
    const example = join(ROOT, 'examples', name);
    const { stdout } = await run(
      process.execPath,
      ['--import', 'tsx', join(example, 'main.ts'), `${lakegate.url}/graphql`],
      {
        cwd: ROOT,
      },
    );
    const [, shown = ''] = readFileSync(join(example, 'README.md'), 'utf8').split(/main\.ts\n\n/);
    expect(printed(stdout)).toEqual(printed(shown.split('\n\n', 1)[0] ?? ''));
  },
);

/** Without the patches: a busy server may send two where one would do. What they add up to is the last line. */
function printed(text: string): readonly string[] {
  const lines = text.trim().split('\n');
  return lines.map((line) => line.trim()).filter((line) => !line.startsWith('patch:'));
}
