import type { StoredRecord } from '../../log/log.ts';
import type { Members } from '../../model/where/compile-where.ts';
import type { Logger } from '../../platform/telemetry.ts';

/** A stream of the log as its readers see it: which topic, and what a record of it says. */
export interface EventSource<Node> {
  readonly topic: string;
  /** Called once for a record, whoever reads it. Null: one that nobody is to see. */
  decode(record: StoredRecord, partition: number): LoggedEvent<Node> | null;
}

export interface LoggedEvent<Node> {
  readonly tenant: string;
  /** What filters look at. */
  readonly members: Members;
  /** In the shape of its GraphQL type: the same object whoever asks. */
  readonly node: () => Node;
}

/** Made when it is first asked for: of most records nobody asks. */
export function madeOnce<Node extends object>(make: () => Node): () => Node {
  let made: Node | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** The same stream without what somebody else wrote into its topic: such a record is said, and those behind it come all the same. */
export function readableOnly<Node>(source: EventSource<Node>, logger: Pick<Logger, 'warn'>): EventSource<Node> {
  const { topic } = source;
  return {
    topic,
    decode(record, partition) {
      try {
        return source.decode(record, partition);
      } catch (error) {
        const offset = record.offset.toString();
        logger.warn({ topic, partition, offset, err: error }, 'a record that is none of ours is left out');
        return null;
      }
    },
  };
}
