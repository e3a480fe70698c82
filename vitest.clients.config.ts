import { defineConfig } from 'vitest/config';

/** `npm run test:clients`: the SQL door to drivers of other languages, which their package managers fetch. */
export default defineConfig({
  test: {
    include: ['test/sql-door/clients/*.suite.ts'],
    pool: 'forks',
    maxWorkers: 1,
    hookTimeout: 60_000,
  },
});
