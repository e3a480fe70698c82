import type { StoredRecord } from '../../log/log.ts';
import type { Members, Predicate } from '../../model/where/compile-where.ts';

/** A stream of the log as its readers see it: which topic, and what a record of it says. */
export interface EventSource<Node> {
  readonly topic: string;
  /** Called once for a record, whoever reads it. Null: one that nobody is to see. */
  decode(record: StoredRecord, partition: number): LoggedEvent<Node> | null;
}

interface LoggedEvent<Node> {
  readonly tenant: string;
  /** What filters look at. */
  readonly members: Members;
  /** In the shape of its GraphQL type: the same object whoever asks. */
  readonly node: () => Node;
}

/** Whatever is written in it, no filter and no reader trips over it. */
export interface ReadableEvent<Node> extends LoggedEvent<Node> {
  /** True if a filter lets it through, and there is a node of it. */
  passes(holds: Predicate): boolean;
}

export interface ReadableSource<Node> extends EventSource<Node> {
  decode(record: StoredRecord, partition: number): ReadableEvent<Node> | null;
}

/** Made when it is first asked for: of most records nobody asks. */
export function madeOnce<Node extends object>(make: () => Node): () => Node {
  let made: Node | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** Which record cannot be read, and why. */
export interface LeftOut {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly err: unknown;
}

/** The same stream without what somebody else wrote into its topic: such a record is said, and those behind it come all the same. */
export function readableOnly<Node>(source: EventSource<Node>, say: (leftOut: LeftOut) => void): ReadableSource<Node> {
  const { topic } = source;
  return {
    topic,
    decode(record, partition) {
      const leaveOut = (err: unknown) => say({ topic, partition, offset: record.offset.toString(), err });
      try {
        const event = source.decode(record, partition);
        return event === null ? null : new CheckedEvent(event, leaveOut);
      } catch (error) {
        leaveOut(error);
        return null;
      }
    },
  };
}

class CheckedEvent<Node> implements ReadableEvent<Node> {
  readonly tenant: string;
  readonly members: Members;
  readonly node: () => Node;
  readonly #leaveOut: (error: unknown) => void;
  #isLeftOut = false;

  constructor({ tenant, members, node }: LoggedEvent<Node>, leaveOut: (error: unknown) => void) {
    this.tenant = tenant;
    this.members = members;
    this.node = node;
    this.#leaveOut = leaveOut;
  }

  passes(holds: Predicate): boolean {
    if (this.#isLeftOut) return false;
    try {
      if (!holds(this.members)) return false;
      // Whoever gets it past the filter shows it: now is when it can still be left out.
      this.node();
      return true;
    } catch (error) {
      this.#isLeftOut = true;
      this.#leaveOut(error);
      return false;
    }
  }
}
