import type { EventModel } from '../../model/event-model.ts';
import { compileDefinedJob } from '../compile-defined-job.ts';
import type { DefinedJob } from '../define-job.ts';
import type { Job } from '../job.ts';
import { activeSessions } from './active-sessions.ts';
import { cardTesting } from './card-testing.ts';
import { manyPayments } from './many-payments.ts';
import { declaresPayments } from './payment.ts';
import { declaresRatings, playerRatings } from './player-ratings.ts';
import { twoCountries } from './two-countries.ts';
import { twoLargePayments } from './two-large-payments.ts';
import { unusualAmount } from './unusual-amount.ts';
import { declaresActivities, userSessionsJob } from './user-sessions.ts';

/** The jobs that come with the product, as far as the kinds they read are declared with the fields they need. */
export function builtInJobs(model: EventModel): readonly Job[] {
  const runnable = BUILT_IN.filter(({ runsWith }) => runsWith(model));
  return runnable.flatMap(({ jobs }) => jobs).map((job) => compileDefinedJob(job, model, { builtIn: true }));
}

const BUILT_IN: readonly { readonly runsWith: (model: EventModel) => boolean; readonly jobs: readonly DefinedJob[] }[] =
  [
    { runsWith: declaresPayments, jobs: [twoLargePayments, manyPayments, cardTesting, twoCountries, unusualAmount] },
    { runsWith: declaresActivities, jobs: [userSessionsJob, activeSessions] },
    { runsWith: declaresRatings, jobs: [playerRatings] },
  ];
