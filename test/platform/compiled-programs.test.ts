import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { processTree } from '../support/process-tree.ts';
import { nodeArgs } from '../support/start-compiled.ts';
import { startTestWarehouse } from '../support/warehouse.ts';

test('what a test starts is compiled, also from its own process', async () => {
  const { engine, stop } = await startTestWarehouse();
  onTestFinished(stop);
  const command = processTree(process.pid).find(({ pid }) => pid === engine.pid)?.command;
  expect(command).toMatch(/\/src\/warehouse\/engine\/engine-process\.js $/);
  expect(command).not.toContain('tsx');
});

test('an error in a compiled program names the file and the line of its source', async () => {
  const run = promisify(execFile)(process.execPath, [...nodeArgs('test/support/engine-owner.ts')]);
  await expect(run).rejects.toMatchObject({
    stderr: expect.stringMatching(/Error: expected a directory\n\s+at .*\/test\/support\/engine-owner\.ts:8:\d+/),
  });
});
