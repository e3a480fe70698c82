import { defineConfig } from 'vitest/config';

/** Suites that start brokers, and whatever else is about Kafka. */
const KAFKA = ['test/**/*kafka*.test.ts', 'test/**/kafka/**/*.test.ts'];
const CRASH = 'test/crash/**';
/** A suite that is installed by itself has packages of its own, with tests of theirs. */
const PACKAGES = '**/node_modules/**';

/**
 * `npm test`. What takes minutes on purpose (kills, injected moments) is in test/crash and runs by `npm run test:crash`. `npm run test:kafka` is
 * the second project alone.
 */
export default defineConfig({
  // The same copy of graphql for our sources as for Apollo, which Node loads by itself: two copies refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [CRASH, PACKAGES, ...KAFKA],
          // Most files start an engine in a process of its own: two at a time keep two cores busy, more only make each other late.
          maxWorkers: 2,
          // A start of the whole product takes seconds, on a busy machine many; a hang is found all the same.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'kafka',
          include: KAFKA,
          exclude: [CRASH, PACKAGES],
          // Three brokers are 1 GB. Most of the time is waiting (for sessions to end, brokers to be missed): three files share two cores well.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          // A cluster starts in 10 s, misses a broker in 3 s, and members of a group in as many again.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
