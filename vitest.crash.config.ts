import { defineConfig } from 'vitest/config';

/**
 * `npm run test:crash`: the product is killed again and again. One file at a time, because the machine's time is part of the fault. The short
 * form takes a few minutes; CRASH_EVENTS, CRASH_KILLS and CRASH_SEED ask for more (see test/crash/README.md).
 */
export default defineConfig({
  test: {
    include: ['test/crash/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 6 * 3_600_000,
    hookTimeout: 120_000,
    reporters: ['verbose'],
  },
});
