import { defineConfig } from 'vitest/config';

/** `npm test`. What takes minutes on purpose (kills, injected moments) is in test/crash and runs by `npm run test:crash`. */
export default defineConfig({
  // The same copy of graphql for our sources as for Apollo, which Node loads by itself: two copies refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/crash/**'],
    // Most files start an engine in a process of its own: two at a time keep two cores busy, more only make each other late.
    pool: 'forks',
    maxWorkers: 2,
    // A start of the whole product takes seconds, on a busy machine many; a hang is found all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
