import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { startCompiled } from './test/support/start-compiled.ts';

/**
 * `npm run test:crash`: the product is killed again and again. Two files at a time: two clusters beside something else only make each other late. The short
 * form takes a few minutes; CRASH_EVENTS, CRASH_KILLS and CRASH_SEED ask for more (see test/crash/README.md).
 */
export default defineConfig({
  plugins: [startCompiled()],
  test: {
    globalSetup: 'test/support/compile-programs.ts',
    include: ['test/crash/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 6 * 3_600_000,
    hookTimeout: 300_000,
    reporters: ['verbose'],
  },
});
