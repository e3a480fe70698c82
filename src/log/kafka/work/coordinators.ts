import type { Brokers } from '../brokers.ts';
import { type Exchange, exchange } from '../kafkajs-inner.ts';
import { WireWriter } from '../wire.ts';
import { afterThrottle, type Coded } from './coded.ts';
import { nameOf } from './work-fault.ts';

/** Groups and transactional ids each have a broker that answers for them. Looked up when needed, and again after `forget`. */
export class Coordinators {
  readonly #brokers: Brokers;
  readonly #nodes = new Map<string, Promise<number>>();

  constructor(brokers: Brokers) {
    this.#brokers = brokers;
  }

  async send<Answer>(coordinator: Coordinator, asked: Exchange<Answer>): Promise<Answer> {
    const name = `${coordinator.of} ${coordinator.key}`;
    const node = this.#nodes.get(name) ?? this.#lookUp(coordinator);
    this.#nodes.set(name, node);
    try {
      return await this.#brokers.send(await node, asked);
    } catch (error) {
      this.forget(coordinator);
      throw error;
    }
  }

  /** It says it is not the one, or does not answer. */
  forget({ of, key }: Coordinator): void {
    this.#nodes.delete(`${of} ${key}`);
  }

  async #lookUp(coordinator: Coordinator): Promise<number> {
    const { errorCode, nodeId } = await this.#brokers.sendToAny(findCoordinator(coordinator));
    if (errorCode !== 0)
      throw new Error(`nobody answers for ${coordinator.of} ${coordinator.key}: ${nameOf(errorCode)}`);
    // It names its address too, but connections are made to brokers as the cluster lists them.
    await this.#brokers.nodeIds();
    return nodeId;
  }
}

export interface Coordinator {
  readonly of: 'group' | 'transaction';
  readonly key: string;
}

const KEY_TYPE = { group: 0, transaction: 1 } as const;

/** FindCoordinator, version 2. */
function findCoordinator({ of, key }: Coordinator): Exchange<Coded & { readonly nodeId: number }> {
  return exchange({
    apiKey: 10,
    apiVersion: 2,
    apiName: 'FindCoordinator',
    body: new WireWriter().string(key).int8(KEY_TYPE[of]).done(),
    decode: (payload) => {
      const reader = afterThrottle(payload);
      const errorCode = reader.int16();
      reader.string(); // the error in words
      return { errorCode, nodeId: reader.int32() };
    },
  });
}
