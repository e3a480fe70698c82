import type { GraphQLFieldResolver } from 'graphql';
import {
  answerJobResults,
  type JobResultsWhere,
  type ResultsAuthor,
  readJobResultsQuestion,
} from '../../analytics/streams/answer-job-results.ts';
import type { EventModel } from '../../model/event-model.ts';
import type { CommandOutcome, JobRefusal } from '../../model/jobs/job-board.ts';
import type { JobDesk, JobEntry, SpecFault } from '../../model/jobs/job-desk.ts';
import type { JobSpec } from '../../model/jobs/job-spec.ts';
import { NO_DELIVERIES } from '../../model/jobs/webhook-figures.ts';
import { dateTimeText } from '../../model/values/date-time.ts';
import type { AskContext } from '../ask-context.ts';
import type { JobStatus } from '../generated/schema-types.ts';
import type { AskSources } from '../metrics.ts';
import { streamConnection } from '../streams/stream-connection.ts';
import { checkJobInput } from './check-job-input.ts';
import type { JobInput } from './read-job-spec.ts';

export interface JobServices {
  readonly jobs: JobDesk;
}

interface JobResultsArguments {
  readonly where?: JobResultsWhere | null;
  readonly first: number;
  readonly after?: string | null;
}

type Tenant = Pick<AskContext, 'tenant'>;

/** `job`, `jobs`. */
export function jobQueries({ jobs }: JobServices) {
  return {
    job: async (_parent: unknown, { id }: { id: string }, { tenant }: Tenant) => {
      const entry = await jobs.find(tenant, id);
      return entry === null ? null : jobShape(entry);
    },
    jobs: async (_parent: unknown, { status }: { status?: JobStatus | null }, { tenant }: Tenant) => {
      const shapes = (await jobs.list(tenant)).map(jobShape);
      return status === null || status === undefined ? shapes : shapes.filter((job) => job.status === status);
    },
  };
}

/** `Job.results`: the latest of each window, for whoever looks at the job. */
export function jobResultsResolver(sources: AskSources): GraphQLFieldResolver<ShownJob, AskContext> {
  return async ({ author }, page: JobResultsArguments, context) => {
    const { value } = await answerJobResults(readJobResultsQuestion(context.tenant, author, page), {
      ...sources,
      signal: context.signal,
    });
    return streamConnection(value, page.after);
  };
}

/** What of all results is this job's; null where there is none of this id. */
export async function resultsOfJob({ jobs }: JobServices, tenant: string, id: string) {
  const entry = await jobs.find(tenant, id);
  return entry === null ? null : authorOf(entry);
}

interface ShownJob {
  /** For `results`, and not part of the API. */
  readonly author: ResultsAuthor;
}

/** Everything that can be asked of a job. What is wrong with a request is part of the answer. */
export function jobMutations(model: EventModel, { jobs }: JobServices) {
  const withSpec = async (
    asked: { readonly tenant: string; readonly input: JobInput },
    send: (spec: JobSpec) => Promise<CommandOutcome>,
    refusalOf: (name: string) => JobRefusal | null = () => null,
  ) => {
    const { spec, faults } = checkJobInput(model, jobs, asked);
    if (spec !== null && faults.length === 0) return payload(jobs, asked.tenant, await send(spec));
    // What the log would refuse besides is told with it, so that nobody comes back for that alone.
    const refusal = refusalOf(asked.input.name);
    return refused([...faults.map(userError), ...(refusal === null ? [] : [refusal])]);
  };
  const byId = (ask: 'pause' | 'resume' | 'cancel') => {
    return async (_parent: unknown, { id }: { id: string }, { tenant }: Tenant) =>
      payload(jobs, tenant, await jobs[ask](tenant, id));
  };
  return {
    submitJob: (_parent: unknown, { input }: { input: JobInput }, { tenant }: Tenant) =>
      withSpec(
        { tenant, input },
        (spec) => jobs.submit(tenant, spec),
        (name) => jobs.nameTaken(tenant, name),
      ),
    replaceJob: (_parent: unknown, { id, input }: { id: string; input: JobInput }, { tenant }: Tenant) =>
      withSpec({ tenant, input }, (spec) => jobs.replace(tenant, id, spec)),
    pauseJob: byId('pause'),
    resumeJob: byId('resume'),
    cancelJob: byId('cancel'),
  };
}

async function payload(jobs: JobDesk, tenant: string, outcome: CommandOutcome) {
  if (!outcome.accepted) return refused([outcome.refusal]);
  const entry = await jobs.find(tenant, outcome.job.id);
  return { job: entry === null ? null : jobShape(entry), userErrors: [] };
}

function refused(userErrors: readonly UserError[]) {
  return { job: null, userErrors };
}

type UserError = JobRefusal | (SpecFault & { readonly code: 'BAD_JOB' });

function userError({ message, field }: SpecFault): UserError {
  return { code: 'BAD_JOB', message, field: ['input', ...field] };
}

/** Until a member has spoken of it, nothing has been processed. */
function jobShape({ id, name, submitted, totals }: JobEntry) {
  const { lastAtMs = null, durationMs = null, count = 0 } = totals?.checkpoints ?? {};
  return {
    id,
    name,
    version: submitted?.version ?? totals?.jobVersion ?? 1,
    author: authorOf({ name, submitted }),
    mode: submitted?.spec.mode ?? 'LIVE',
    builtIn: submitted === null,
    status: statusOf({ submitted, totals }),
    uptimeMs: totals?.uptimeMs ?? 0,
    recordsProcessed: totals?.recordsProcessed ?? 0,
    throughput: totals?.recordsPerSecond ?? 0,
    lag: totals?.lag ?? 0,
    watermark: timeOf(totals?.watermarkMs ?? null),
    late: totals?.late ?? 0,
    stateKeys: totals?.stateKeys ?? 0,
    stateBytes: totals?.stateBytes ?? 0,
    checkpoints: { count, lastAt: timeOf(lastAtMs), durationMs },
    error: totals?.error ?? null,
    webhook: webhookShape({ submitted, totals }),
  };
}

function webhookShape({ submitted, totals }: Pick<JobEntry, 'submitted' | 'totals'>) {
  if (submitted === null || submitted.spec.sinks.webhook === null) return null;
  const { delivered, givenUp, lastGivenUp } = totals?.webhook ?? NO_DELIVERIES;
  return { delivered, givenUp, lastGivenUp: lastGivenUp.map(({ atMs, ...each }) => ({ ...each, at: timeOf(atMs) })) };
}

/** What is wanted of a job is told at once, what its members make of it when they have said so. */
function statusOf({ submitted, totals }: Pick<JobEntry, 'submitted' | 'totals'>): JobStatus {
  if (submitted?.wanted === 'CANCELLED' || submitted?.wanted === 'PAUSED') return submitted.wanted;
  const said = totals?.status ?? 'STARTING';
  return said === 'PAUSED' || said === 'CANCELLED' ? 'STARTING' : said;
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : dateTimeText(BigInt(ms) * 1000n);
}

/** A name that was used before begins anew, and what its next job writes is not of a cancelled one. */
function authorOf({ name, submitted }: Pick<JobEntry, 'name' | 'submitted'>): ResultsAuthor {
  const throughVersion = submitted?.wanted === 'CANCELLED' ? submitted.version : null;
  return { job: name, sinceVersion: submitted?.incarnation ?? 1, throughVersion };
}
