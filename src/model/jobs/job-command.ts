import { logKey } from '../record-format.ts';
import { isFigures, type JobTotals } from './job-report.ts';
import type { JobSpec } from './job-spec.ts';

/** What somebody asked of a job, as a record of JOBS_TOPIC. The order of the log decides who was first. */
export type JobCommand =
  | (CommandHead & { readonly ask: 'submit'; readonly spec: JobSpec })
  | (CommandHead & { readonly ask: 'replace'; readonly spec: JobSpec })
  | (CommandHead & { readonly ask: 'pause' | 'resume' })
  /** With what members had said of the job by then: afterwards nobody speaks of it. Not there in what an earlier version asked. */
  | (CommandHead & { readonly ask: 'cancel'; readonly figures?: JobTotals | null });

interface CommandHead {
  /** Of this command: who sent it waits for it to come back. */
  readonly commandId: string;
  readonly tenant: string;
  readonly jobId: string;
  readonly atMs: number;
}

/** Everything that was ever asked of jobs. One partition, kept for ever: it is written by hand, and a start reads it from the beginning. */
export const JOBS_TOPIC = 'lakegate.jobs';

/** What members say of the jobs they run. One partition, kept for an hour: a new word of a member replaces its last. */
export const JOB_REPORTS_TOPIC = 'lakegate.job-reports';

/** What must be there before anybody asks for jobs. */
export function controlTopics() {
  return [
    { topic: JOBS_TOPIC, partitions: 1, retentionMs: null },
    { topic: JOB_REPORTS_TOPIC, partitions: 1, retentionMs: REPORTS_KEPT_MS },
  ];
}

const REPORTS_KEPT_MS = 3_600_000;

export function encodeCommand(command: JobCommand): { key: string; timeMs: number; value: Uint8Array } {
  return {
    key: logKey(command.tenant, command.jobId),
    timeMs: command.atMs,
    value: Buffer.from(JSON.stringify(command)),
  };
}

/** Null for what is none, whoever wrote it: everybody passes it over, and so comes to the same jobs. */
export function decodeCommand(value: Uint8Array): JobCommand | null {
  const command = parsed(value);
  const { ask, commandId, tenant, jobId, atMs, spec, figures } = command;
  const isNamed = [commandId, tenant, jobId].every((text) => typeof text === 'string') && typeof atMs === 'number';
  if (!isNamed) return null;
  if (ask === 'pause' || ask === 'resume') return command as unknown as JobCommand;
  if (ask === 'cancel') return { ...command, figures: isFigures(figures) ? figures : null } as unknown as JobCommand;
  const hasSpec = typeof spec === 'object' && spec !== null && 'name' in spec && 'source' in spec && 'shape' in spec;
  return (ask === 'submit' || ask === 'replace') && hasSpec ? (command as unknown as JobCommand) : null;
}

function parsed(value: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')));
  } catch {
    return {};
  }
}
