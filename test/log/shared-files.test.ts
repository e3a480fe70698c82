import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import type { FromLog } from '../../src/log/embedded/log-talk.ts';
import { openEmbeddedStore, openStoreFiles } from '../../src/log/embedded/store.ts';
import { openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { openEmbeddedLogView } from '../../src/log/embedded-log-view.ts';
import { systemClock } from '../../src/platform/clock.ts';

/*
 * LMDB opens a file once in a process, however many threads ask for it: one that refuses every transaction after a disk failed is only rid of when
 * all of them have closed it.
 */
async function newDir(): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'lakegate-shared-files-')));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

/** Descriptors of this process under the directory. */
function openFiles(dir: string): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(dir) ? [path] : [];
    } catch {
      // The one by which they are listed.
      return [];
    }
  });
}

test('files are opened anew only when everybody else who has them open has let go, who then opens them again', async () => {
  const dir = await newDir();
  const store = await openEmbeddedStore(dir, () => {});
  const told: string[] = [];
  let files = openStoreFiles(dir);
  let goOn: () => void = () => {};
  const takesItsTime = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  store.sharers.add({
    letGo: async () => {
      told.push('let go');
      await files.close();
      await takesItsTime;
      told.push('has let go');
    },
    openAgain: () => {
      told.push('open again');
      files = openStoreFiles(dir);
    },
  });
  const reopened = store.reopen().then(() => told.push('is open'));
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  expect(told).toEqual(['let go']);
  goOn();
  await reopened;
  expect(told).toEqual(['let go', 'has let go', 'open again', 'is open']);
  await store.commit(0, ({ state }) => void state.put('after', Buffer.of(1)));
  files.refresh();
  expect(files.tables.state.get('after')).toEqual(Buffer.of(1));
  await files.close();
  await store.close();
  expect(openFiles(dir)).toEqual([]);
});

test('a thread that says it has let go of the files of the log has none of them open', async () => {
  const dir = await newDir();
  await (await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 1 })).close();
  const { port1, port2 } = new MessageChannel();
  const tell = (message: FromLog) => port1.postMessage(message);
  const opening = openEmbeddedLogView({ dir, port: port2 });
  tell({ tell: 'topics', topics: [] });
  const view = await opening;
  expect(openFiles(dir)).not.toEqual([]);
  tell({ tell: 'let go' });
  expect(await once(port1, 'message')).toEqual([{ tell: 'let go' }]);
  expect(openFiles(dir)).toEqual([]);
  tell({ tell: 'open again' });
  tell({ tell: 'let go' });
  expect(await once(port1, 'message')).toEqual([{ tell: 'let go' }]);
  expect(openFiles(dir)).toEqual([]);
  await view.close();
});
