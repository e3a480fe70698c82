import { defineConfig } from 'vitest/config';

/**
 * Suites that are fetched for the purpose. `npm run test:clients`: the SQL door to drivers of other languages; `npm run test:apollo`: the
 * GraphQL door to Apollo's own integration tests.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.suite.ts'],
    pool: 'forks',
    maxWorkers: 1,
    hookTimeout: 60_000,
  },
});
