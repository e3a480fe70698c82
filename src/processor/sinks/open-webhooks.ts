import type { PartitionWork, WorkMember } from '../../log/partition-work.ts';
import type { SubmittedJob } from '../../model/jobs/job-board.ts';
import { ALERTS_TOPIC, RESULTS_TOPIC } from '../../model/streams/stream-topics.ts';
import type { Clock } from '../../platform/clock.ts';
import { type JobName, jobId } from '../runtime/job-status.ts';
import { deliveriesOf } from './delivery-of.ts';
import type { WebhookRules } from './webhook-rules.ts';
import { webhookTask } from './webhook-task.ts';

export interface WebhooksOptions {
  readonly work: PartitionWork;
  readonly makeChangelog: (changelog: { readonly topic: string; readonly partitions: number }) => Promise<void>;
  /** Of the topics that jobs write. */
  readonly partitions: number;
  readonly rules: WebhookRules;
  readonly clock: Clock;
}

/** The webhooks of submitted jobs: a member for each, so that a receiver that is away holds up no other. */
export interface Webhooks {
  /** Sends for the job from now on, or no more, as it is wanted. */
  bring(job: SubmittedJob): Promise<void>;
  /** What is in the way of a job's webhook at the moment. */
  problem(job: JobName): string | null;
  close(): Promise<void>;
}

export function openWebhooks(options: WebhooksOptions): Webhooks {
  const members = new Map<string, WorkMember>();
  const problems = new Map<string, string>();
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
      if (!isSent(job)) return;
      // What was allowed when the job was submitted may have been taken back since.
      const faults = options.rules.faults(job.spec.sinks.webhook);
      if (faults.length === 0) members.set(id, await join(options, job));
      else problems.set(id, `webhook: nothing is sent: ${faults.map(({ message }) => message).join('; ')}`);
    },
    problem: (name) => {
      const id = jobId(name);
      const partitions = members.get(id)?.status().partitions ?? [];
      return problems.get(id) ?? partitions.find(({ lastError }) => lastError !== null)?.lastError ?? null;
    },
    close: async () => {
      await Promise.all([...members.keys()].map(leave));
    },
  };
}

/** Longer than a receiver may take to answer. */
const LEAVE_MS = 12_000;
/** A step is sent again as a whole where it fails in the middle and the process then ends: few deliveries, and small transactions. */
const STEP_RECORDS_MAX = 100;
const STEP_BYTES_MAX = 1024 * 1024;

function isSent({ wanted, spec }: SubmittedJob): boolean {
  return spec.sinks.webhook !== null && spec.mode === 'LIVE' && wanted === 'RUNNING';
}

async function join(
  { work, makeChangelog, partitions, rules, clock }: WebhooksOptions,
  job: SubmittedJob,
): Promise<WorkMember> {
  const { spec, tenant, incarnation, webhookSinceMs } = job;
  const topic = spec.shape.kind === 'pattern' ? ALERTS_TOPIC : RESULTS_TOPIC;
  const name = `webhook.${jobId({ name: spec.name, tenant })}.${incarnation}`;
  await makeChangelog({ topic: name, partitions });
  const sent = { tenant, job: spec.name, fromMs: webhookSinceMs };
  const webhook = rules.webhookOf(spec.sinks.webhook);
  return work.join({
    group: `lakegate-${name}`,
    inputs: [{ topic, changelog: name, keyed: true }],
    open: async ({ partition }, state) =>
      webhookTask({ state, clock, webhook, deliveryOf: deliveriesOf(topic, partition, sent) }),
    stepRecordsMax: STEP_RECORDS_MAX,
    stepBytesMax: STEP_BYTES_MAX,
    lingerMs: 0,
  });
}
