/** Events that were ready at once, in the order of the stream. */
export interface EventBatch<Node> {
  readonly nodes: readonly Node[];
  /** Behind the last of them. */
  readonly cursor: string;
  readonly skipped: SkippedEvents | null;
}

/** What a reader was too slow for: how many events of its stream, and from where to read them again. */
export interface SkippedEvents {
  readonly count: number;
  /** What is read after it begins with exactly these. */
  readonly readFrom: string;
}

/** What a batch becomes for those who read it. */
export interface MessageShape<Node, Message> {
  /** Shapes of one name are the same. */
  readonly name: string;
  readonly nodesMax: number;
  readonly greeting: Greeting;
  messageOf(batch: EventBatch<Node>): Message;
}

/**
 * What comes first, for who begins at the end of a stream. `empty`: a batch without events, which says from where on nothing will be missed.
 * `newest`: the newest event that is kept; where there is none a batch without events, for each reader one of his own, because what is looked
 * up for it is as of then.
 */
type Greeting = 'none' | 'empty' | 'newest';

/** Some hundred kilobytes as JSON. */
const NODES_MAX = 500;

/** As many events a message as are ready. */
export function batches<Node>(): MessageShape<Node, EventBatch<Node>> {
  return { name: 'batches', nodesMax: NODES_MAX, greeting: 'empty', messageOf: (batch) => batch };
}

export type OneEvent<Name extends string, Node> = Readonly<Record<Name, Node>> & Omit<EventBatch<Node>, 'nodes'>;

/** One event a message, under a name of its own. */
export function oneByOne<Name extends string, Node>(name: Name): MessageShape<Node, OneEvent<Name, Node>> {
  return {
    name,
    nodesMax: 1,
    greeting: 'none',
    messageOf: ({ nodes: [node], cursor, skipped }) => ({ [name]: node, cursor, skipped }) as OneEvent<Name, Node>,
  };
}
