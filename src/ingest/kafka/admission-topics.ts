import type { KafkaTopicSpec } from '../../log/kafka/topics.ts';
import type { KafkaLog } from '../../log/kafka-log.ts';
import type { EventModel } from '../../model/event-model.ts';
import { REJECTED_TOPIC } from '../../model/record-format.ts';
import { streamTopics } from '../../model/streams/stream-topics.ts';
import { claimsTopic, forwardedTopic, inTopic, VERDICTS_TOPIC, WATERMARKS_TOPIC } from '../../model/topics.ts';
import { LakegateError } from '../../platform/errors.ts';
import { DUPLICATES_TOPIC } from '../keep-duplicates.ts';

interface AdmissionTopicsOptions {
  /** Of the topic of each kind, and of its `.in`. */
  readonly partitions: number;
  /** How long ids are remembered. */
  readonly claimsKeptMs: number;
}

/** Makes the topics that admission and its gateways need, or checks those that are there. Foreign ones are only looked for. */
export async function openAdmissionTopics(
  log: KafkaLog,
  model: EventModel,
  options: AdmissionTopicsOptions,
): Promise<void> {
  checkForeignTopics(model, options);
  await Promise.all(admissionTopics(model, options).map((topic) => log.createTopic(topic)));
  for (const kind of model.kinds) {
    if (kind.from === null) continue;
    const { partitions } = await log.adoptTopic(kind.from);
    await log.createTopic({ topic: forwardedTopic(kind), partitions, retentionMs: null, cleanup: 'compact' });
  }
}

/** All but those whose partitions follow from a foreign topic. */
export function admissionTopics(
  { kinds }: EventModel,
  { partitions, claimsKeptMs }: AdmissionTopicsOptions,
): readonly KafkaTopicSpec[] {
  const ofKinds = kinds.flatMap((kind) => [
    { topic: kind.plural, partitions, retentionMs: null },
    { topic: inTopic(kind), partitions, retentionMs: IN_KEPT_MS },
    // What is older is a claim that nobody remembers. What an owner needs besides is in every record; it outlives the input it is about.
    { topic: claimsTopic(kind), partitions, retentionMs: Math.max(claimsKeptMs, IN_KEPT_MS + DAY_MS) },
  ]);
  return [
    ...ofKinds,
    { topic: REJECTED_TOPIC, partitions: 1, retentionMs: null },
    { topic: DUPLICATES_TOPIC, partitions: 1, retentionMs: null },
    { topic: VERDICTS_TOPIC, partitions: VERDICT_PARTITIONS, retentionMs: VERDICTS_KEPT_MS },
    { topic: WATERMARKS_TOPIC, partitions: 1, retentionMs: null, cleanup: 'compact' },
  ];
}

const DAY_MS = 86_400_000;

/** Seven days: admission may be away for as long, and what was admitted can be judged again by hand. */
export const IN_KEPT_MS = 7 * DAY_MS;

/** A gateway reads one of them: with as many gateways each reads little that is not for it. */
const VERDICT_PARTITIONS = 8;
/** An hour: a gateway waits for seconds. */
const VERDICTS_KEPT_MS = 3_600_000;

/** One topic feeds one kind: nothing in an event of a foreign topic says of which kind it is. And none feeds itself. */
function checkForeignTopics({ kinds }: EventModel, options: AdmissionTopicsOptions): void {
  const ours = [...admissionTopics({ kinds, enums: new Map() }, options), ...streamTopics(options.partitions)];
  const taken = new Map(ours.map(({ topic }) => [topic, 'the product']));
  for (const kind of kinds) {
    if (kind.from === null) continue;
    const owner = taken.get(kind.from);
    if (owner !== undefined) {
      throw new LakegateError({
        code: 'BAD_DECLARATION',
        message: `${kind.typeName}: expected @event(from:) to name a topic that feeds no other kind, got ${JSON.stringify(kind.from)}, which belongs to ${owner}.`,
      });
    }
    taken.set(kind.from, kind.typeName);
  }
}
