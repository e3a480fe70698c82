import { type PartitionFigures, sumOfPartitions } from './partition-figures.ts';
import { type WebhookFigures, type WebhookTotals, webhookTotals } from './webhook-figures.ts';

/** What a job has done, and how it is. */
export interface JobFigures {
  readonly status: JobState;
  /** Since it was started or resumed in this process; 0 while it does not run. */
  readonly uptimeMs: number;
  /** Events of its tenant that it read, those that its filter left out too. Over its whole life, like the others that count. */
  readonly recordsProcessed: number;
  /** A second, over the last minute. */
  readonly recordsPerSecond: number;
  /** Records that are there and not yet taken. */
  readonly lag: number;
  /** How far event time has come in all of its partitions; null before there is a watermark in one of them. */
  readonly watermarkMs: number | null;
  readonly late: number;
  readonly stateKeys: number;
  readonly stateBytes: number;
  readonly checkpoints: {
    readonly count: number;
    readonly lastAtMs: number | null;
    readonly durationMs: number | null;
  };
  /** Why it failed, or why it is not getting on at the moment. */
  readonly error: string | null;
  /** What the figures above are the sum of. */
  readonly partitions: readonly PartitionFigures[];
}

export type JobState = 'STARTING' | 'RUNNING' | 'PAUSED' | 'FAILED' | 'CANCELLED';

/** What one member says of one job, every second or so, as a record of JOB_REPORTS_TOPIC: of the partitions that it has, or, while it does not run the job, of all. */
export interface JobReport extends JobFigures {
  /** Names the process, until it ends. */
  readonly member: string;
  /** Null for the jobs that come with the product, which run for all. */
  readonly tenant: string | null;
  readonly job: string;
  readonly jobVersion: number;
  /** What this member's partitions of its output sent to its webhook. Members of an earlier version do not say. */
  readonly webhook?: readonly WebhookFigures[];
  readonly atMs: number;
}

/** Null for what is none. */
export function decodeReport(value: Uint8Array): JobReport | null {
  try {
    const report = JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8'));
    const isOne = isFigures(report) && 'atMs' in report && typeof report.atMs === 'number' && 'job' in report;
    return isOne && typeof report.job === 'string' ? (report as JobReport) : null;
  } catch {
    return null;
  }
}

/** Of what somebody wrote into the log. */
export function isFigures(written: unknown): written is JobFigures {
  const { checkpoints, partitions }: Partial<JobFigures> = Object(written);
  return typeof checkpoints?.count === 'number' && Array.isArray(partitions);
}

/** The last word of every member on every job, and what they come to together. */
export class JobReports {
  readonly #last = new Map<string, JobReport>();

  take(report: JobReport): void {
    this.#last.set(JSON.stringify([report.tenant, report.job, report.member]), report);
  }

  /**
   * Of members that spoke lately: who ended is silent, and its partitions are in the words of others. Of versions before `sinceVersion` another job had
   * the name. Null where nobody speaks of the job.
   */
  of(tenant: string | null, job: string, nowMs: number, sinceVersion = 1): JobTotals | null {
    const reports = [...this.#last.values()].filter(
      (report) =>
        report.tenant === tenant &&
        report.job === job &&
        report.jobVersion >= sinceVersion &&
        nowMs - report.atMs < SILENT_MS,
    );
    return reports.length === 0 ? null : together(reports);
  }

  /** The jobs that anybody spoke of lately and that come with the product. */
  builtIn(nowMs: number): readonly string[] {
    const names = [...this.#last.values()].filter(({ tenant, atMs }) => tenant === null && nowMs - atMs < SILENT_MS);
    return [...new Set(names.map(({ job }) => job))].sort();
  }
}

/** Ten times as long as a member is silent between two words. */
const SILENT_MS = 10_000;

export interface JobTotals extends JobFigures {
  readonly jobVersion: number;
  readonly webhook: WebhookTotals;
}

/** A partition that moved, or whose member was killed, is in the words of two for a while: the newer one counts. */
function together(reports: readonly JobReport[]): JobTotals {
  const newest = newestByPlace(reports);
  const partitions = [...newest.values()].map(({ figures }) => figures);
  const working = new Set([...newest.values()].map(({ report }) => report));
  const { checkpoints, ...sums } = sumOfPartitions(partitions);
  const durations = [...working].flatMap(({ checkpoints: { durationMs } }) =>
    durationMs === null ? [] : [durationMs],
  );
  return {
    jobVersion: Math.max(...reports.map(({ jobVersion }) => jobVersion)),
    status: statusOf(reports),
    uptimeMs: Math.max(0, ...[...working].map(({ uptimeMs }) => uptimeMs)),
    recordsPerSecond: [...working].reduce((total, { recordsPerSecond }) => total + recordsPerSecond, 0),
    ...sums,
    checkpoints: { ...checkpoints, durationMs: durations.length === 0 ? null : Math.max(...durations) },
    error: reports.find(({ error }) => error !== null)?.error ?? null,
    partitions,
    webhook: webhookTotals(reports.flatMap(({ webhook = [] }) => webhook)),
  };
}

interface PlaceInReport {
  readonly figures: PartitionFigures;
  readonly report: JobReport;
}

function newestByPlace(reports: readonly JobReport[]): ReadonlyMap<string, PlaceInReport> {
  const newest = new Map<string, PlaceInReport>();
  for (const report of reports) {
    for (const figures of report.partitions) {
      const known = newest.get(figures.place);
      if (known === undefined || isNewer({ figures, report }, known)) newest.set(figures.place, { figures, report });
    }
  }
  return newest;
}

/** A job that was submitted anew under its name has a greater version, and begins with no commits. */
function isNewer(one: PlaceInReport, other: PlaceInReport): boolean {
  return (
    (one.report.jobVersion - other.report.jobVersion ||
      one.figures.commits - other.figures.commits ||
      one.report.atMs - other.report.atMs) > 0
  );
}

/** One that fails is the job's trouble; one that runs is enough for it to run. */
function statusOf(reports: readonly JobReport[]): JobState {
  const said = new Set(reports.map(({ status }) => status));
  return (
    (['FAILED', 'RUNNING', 'STARTING', 'PAUSED', 'CANCELLED'] as const).find((each) => said.has(each)) ?? 'STARTING'
  );
}
