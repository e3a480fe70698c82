import type { Brokers } from '../brokers.ts';
import { describeTopics } from '../requests/topic-config.ts';

/** A topic as Kafka knows it. */
export interface NamedTopic {
  readonly name: string;
  /** The broker writes its own time over that of each record. */
  readonly brokerTime: boolean;
}

/** What is written to, looked up once: the setting of a topic that is in use does not change. */
export class TopicNames {
  readonly #brokers: Brokers;
  readonly #nameOf: (topic: string) => string;
  readonly #known = new Map<string, Promise<NamedTopic>>();

  constructor(brokers: Brokers, nameOf: (topic: string) => string) {
    this.#brokers = brokers;
    this.#nameOf = nameOf;
  }

  find(topic: string): Promise<NamedTopic> {
    const known = this.#known.get(topic) ?? this.#lookUp(this.#nameOf(topic));
    this.#known.set(topic, known);
    known.catch(() => this.#known.delete(topic));
    return known;
  }

  async #lookUp(name: string): Promise<NamedTopic> {
    const config = (await this.#brokers.sendToAny(describeTopics([name], [TIMESTAMP_TYPE]))).get(name);
    const type = config?.[TIMESTAMP_TYPE];
    if (type === undefined || type === null) throw new Error(`nothing is known of ${name}`);
    return { name, brokerTime: type === 'LogAppendTime' };
  }
}

const TIMESTAMP_TYPE = 'message.timestamp.type';
