import { describeWithOracle, kills, runs } from './ask-oracle.ts';
import { fiveWays } from './five-ways.ts';
import { BUILT_IN_JOBS, OWN_PATTERN_JOBS, PATTERN_JOBS, RE_KEYED_JOBS, WINDOW_JOBS } from './jobs.ts';

/*
 * Every kind of job on the embedded log. `ORACLE_SEEDS=20 ORACLE_KILLS=20 npx vitest run test/processor/oracle` is the long form; ORACLE_SEED is
 * the first seed, ORACLE_THREADS on how many threads.
 */
describeWithOracle('on the embedded log', () => {
  fiveWays({
    runs: runs(2),
    jobs: [...WINDOW_JOBS, ...PATTERN_JOBS, ...OWN_PATTERN_JOBS, ...BUILT_IN_JOBS],
    reKeyedJobs: RE_KEYED_JOBS,
    kills: kills(3),
    lifeMsMax: 700,
    fedBefore: false,
    newPlace: (dir) => dir,
  });
});
