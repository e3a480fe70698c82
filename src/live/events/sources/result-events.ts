import {
  type JobResult,
  jobResult,
  type PublishedResult,
  type ResultsAuthor,
} from '../../../analytics/streams/answer-job-results.ts';
import { decodeOutput } from '../../../model/streams/decode-output.ts';
import { RESULTS_TOPIC } from '../../../model/streams/stream-topics.ts';
import { dateTimeText } from '../../../model/values/date-time.ts';
import { type MessageShape, type OneEvent, oneByOne } from '../event-batch.ts';
import { type EventSource, madeOnce } from '../event-source.ts';
import type { EventFilter } from '../open-event-streams.ts';

/** Results of jobs as they are published, also of those on trial. A window that was taken back comes once more, without values. */
export const resultEvents: EventSource<PublishedResult> = {
  topic: RESULTS_TOPIC,
  decode({ value }) {
    const { output, facts } = decodeOutput(RESULTS_TOPIC, value);
    if (output.stream !== RESULTS_TOPIC) return null;
    const { startUs, endUs, revision, values } = output.record;
    const { tenant, job, jobVersion, key } = facts;
    const [start, end] = [dateTimeText(BigInt(startUs)), dateTimeText(BigInt(endUs))];
    return {
      tenant,
      members: { job, jobVersion, key },
      node: madeOnce(() => ({ key, start, end, revision, values })),
    };
  },
};

/** What an earlier or a later job of the same name wrote is none of this one's. */
export function resultFilter({ job, sinceVersion, throughVersion }: ResultsAuthor): EventFilter {
  const isOfIt = (version: number) => version >= sinceVersion && (throughVersion === null || version <= throughVersion);
  return {
    text: JSON.stringify([job, sinceVersion, throughVersion]),
    holds: (members) => members.job === job && isOfIt(Number(members.jobVersion)),
  };
}

/** Each with the id that it has in `Job.results`. */
export function resultsAdded(author: ResultsAuthor): MessageShape<PublishedResult, OneEvent<'result', JobResult>> {
  const one = oneByOne<'result', JobResult>('result');
  return {
    ...one,
    messageOf: ({ nodes, ...batch }) =>
      one.messageOf({ ...batch, nodes: nodes.map((node) => jobResult(author, node)) }),
  };
}

/** Results of one key of a job that comes with the product. */
export function resultsOfKey(job: string, key: string): EventFilter {
  return { text: JSON.stringify([job, { key }]), holds: (members) => members.key === key && members.job === job };
}
