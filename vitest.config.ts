import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { SHARING_FILES } from './test/support/sharing-files.ts';
import { startCompiled } from './test/support/start-compiled.ts';

/** Suites that start brokers, and whatever else is about Kafka. */
const KAFKA = ['test/**/*kafka*.test.ts', 'test/**/kafka/**/*.test.ts'];
const CRASH = 'test/crash/**';
/** A suite that is installed by itself has packages of its own, with tests of theirs. */
const PACKAGES = '**/node_modules/**';
/** A start of the whole product takes seconds, on a busy machine many; a hang is found all the same. */
const START_MS_MAX = 120_000;

/**
 * `npm test`. What takes minutes on purpose (kills, injected moments) is in test/crash and runs by `npm run test:crash`. `npm run test:kafka` is
 * the project of brokers alone.
 */
export default defineConfig({
  // The same copy of graphql for our sources as for Apollo, which Node loads by itself: two copies refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  plugins: [startCompiled()],
  test: {
    globalSetup: 'test/support/compile-programs.ts',
    pool: 'forks',
    // Of all projects together. Files start an engine or a broker in processes of their own, and wait for them a part of the time: three keep
    // two cores busy, more only make each other late. Three brokers are 1 GB.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // What is waited for may take long on a busy machine; vitest's own second is none.
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [CRASH, PACKAGES, ...KAFKA, ...SHARING_FILES],
          testTimeout: START_MS_MAX,
          hookTimeout: START_MS_MAX,
        },
      },
      {
        extends: true,
        test: {
          name: 'sharing',
          include: [...SHARING_FILES],
          // What these files import is loaded once for each worker, and not once for each of them.
          isolate: false,
          testTimeout: START_MS_MAX,
        },
      },
      {
        extends: true,
        test: {
          name: 'kafka',
          include: KAFKA,
          exclude: [CRASH, PACKAGES],
          // A cluster starts in 10 s, misses a broker in 3 s, and members of a group in as many again.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
