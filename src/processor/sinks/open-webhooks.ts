import type { PartitionWork, WorkInput, WorkMember } from '../../log/partition-work.ts';
import { placeName } from '../../log/work/share-places.ts';
import type { SubmittedJob } from '../../model/jobs/job-board.ts';
import type { WebhookFigures } from '../../model/jobs/webhook-figures.ts';
import { ALERTS_TOPIC, RESULTS_TOPIC } from '../../model/streams/stream-topics.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { type JobName, jobId } from '../runtime/job-status.ts';
import { deliveriesOf } from './delivery-of.ts';
import type { WebhookRules } from './webhook-rules.ts';
import { DELIVERIES, decodeDeliveries, webhookTask } from './webhook-task.ts';

export interface WebhooksOptions {
  readonly work: PartitionWork;
  readonly makeChangelog: (changelog: { readonly topic: string; readonly partitions: number }) => Promise<void>;
  /** Of the topics that jobs write. */
  readonly partitions: number;
  readonly rules: WebhookRules;
  /** How long one delivery is tried that nobody takes, before it is given up. */
  readonly retryForMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The webhooks of submitted jobs: a member for each, so that a receiver that is away holds up no other. */
export interface Webhooks {
  /** Sends for the job from now on, or no more, as it is wanted. */
  bring(job: SubmittedJob): Promise<void>;
  /** What is in the way of a job's webhook at the moment. */
  problem(job: JobName): string | null;
  /** Of the partitions that this process has, or had last. */
  figures(job: JobName): readonly WebhookFigures[];
  close(): Promise<void>;
}

export function openWebhooks(options: WebhooksOptions): Webhooks {
  const members = new Map<string, WorkMember>();
  const problems = new Map<string, string>();
  const told = new Map<string, ToldFigures>();
  const leave = async (id: string) => {
    const member = members.get(id);
    members.delete(id);
    await member?.stop(LEAVE_MS);
  };
  return {
    async bring(job) {
      const id = jobId({ name: job.spec.name, tenant: job.tenant });
      await leave(id);
      problems.delete(id);
      // What a cancelled job of this name was sent is none of this one's.
      const known = told.get(id);
      const figures = known?.incarnation === job.incarnation ? known : await keptFigures(options, job);
      told.set(id, figures);
      if (!isSent(job)) return;
      // What was allowed when the job was submitted may have been taken back since.
      const faults = options.rules.faults(job.spec.sinks.webhook);
      if (faults.length === 0)
        members.set(id, await join(options, job, (each) => figures.byPlace.set(each.place, each)));
      else problems.set(id, `webhook: nothing is sent: ${faults.map(({ message }) => message).join('; ')}`);
    },
    problem: (name) => {
      const id = jobId(name);
      const partitions = members.get(id)?.status().partitions ?? [];
      return problems.get(id) ?? partitions.find(({ lastError }) => lastError !== null)?.lastError ?? null;
    },
    figures: (name) => [...(told.get(jobId(name))?.byPlace.values() ?? [])],
    close: async () => {
      await Promise.all([...members.keys()].map(leave));
    },
  };
}

interface ToldFigures {
  readonly incarnation: number;
  readonly byPlace: Map<string, WebhookFigures>;
}

/** Longer than a receiver may take to answer. */
const LEAVE_MS = 12_000;
/** A step is sent again as a whole where it fails in the middle and the process then ends: few deliveries, and small transactions. */
const STEP_RECORDS_MAX = 100;
const STEP_BYTES_MAX = 1024 * 1024;

function isSent({ wanted, spec }: SubmittedJob): boolean {
  return spec.sinks.webhook !== null && spec.mode === 'LIVE' && wanted === 'RUNNING';
}

/** What a job sent before its process started again; a task that begins tells it anew. */
async function keptFigures(options: WebhooksOptions, job: SubmittedJob): Promise<ToldFigures> {
  const byPlace = new Map<string, WebhookFigures>();
  if (job.wanted !== 'PAUSED' || job.spec.sinks.webhook === null) return { incarnation: job.incarnation, byPlace };
  const { group, input } = await placeOf(options, job);
  const kept = await options.work.lastPuts({ group, input, key: DELIVERIES });
  for (const [partition, stored] of kept.entries()) {
    const place = placeName({ topic: input.topic, partition });
    if (stored !== null) byPlace.set(place, { place, ...decodeDeliveries(stored) });
  }
  return { incarnation: job.incarnation, byPlace };
}

async function join(
  options: WebhooksOptions,
  job: SubmittedJob,
  onFigures: (figures: WebhookFigures) => void,
): Promise<WorkMember> {
  const { work, rules, clock, logger, retryForMs } = options;
  const { spec, tenant, webhookSinceMs, sinceMs } = job;
  const { group, input } = await placeOf(options, job);
  const sent = { tenant, job: spec.name, fromMs: webhookSinceMs };
  const webhook = rules.webhookOf(spec.sinks.webhook);
  return work.join({
    group,
    inputs: [input],
    open: async (place, state) =>
      webhookTask({
        place,
        state,
        clock,
        webhook,
        deliveryOf: deliveriesOf(input.topic, place.partition, sent),
        sinceMs,
        retryForMs,
        onFigures,
        onGivenUp: (givenUp) => logger.warn({ job: spec.name, ...givenUp }, 'a delivery to a webhook was given up'),
      }),
    stepRecordsMax: STEP_RECORDS_MAX,
    stepBytesMax: STEP_BYTES_MAX,
    lingerMs: 0,
  });
}

async function placeOf({ makeChangelog, partitions }: WebhooksOptions, { spec, tenant, incarnation }: SubmittedJob) {
  const topic = spec.shape.kind === 'pattern' ? ALERTS_TOPIC : RESULTS_TOPIC;
  const changelog = `webhook.${jobId({ name: spec.name, tenant })}.${incarnation}`;
  await makeChangelog({ topic: changelog, partitions });
  const input = { topic, changelog, keyed: true } as const satisfies WorkInput;
  return { group: `lakegate-${changelog}`, input };
}
