import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CountedMessage, FromReading, ToReading } from './reading-process.ts';

/** Many sockets in a process of their own, which only counts what they read. */
export class Readers {
  readonly #process: ChildProcess;

  private constructor(started: ChildProcess) {
    this.#process = started;
  }

  static start(): Readers {
    const { PATH = '', HOME = '' } = process.env;
    return new Readers(
      fork(join(import.meta.dirname, 'reading-process.ts'), { execArgv: ['--import', 'tsx'], env: { PATH, HOME } }),
    );
  }

  /** Resolves when each of them has read its first message. */
  async open(url: string, sockets: number, subscribe: object): Promise<void> {
    const webSocketUrl = `${url.replace(/^http/, 'ws')}/graphql`;
    await this.#ask({ type: 'open', url: webSocketUrl, sockets, subscribe: JSON.stringify(subscribe) }, 'opened');
  }

  /** What they have read since they were opened or asked last. */
  async counted(): Promise<readonly CountedMessage[]> {
    const answer = await this.#ask({ type: 'counted' }, 'counted');
    return 'messages' in answer ? answer.messages : [];
  }

  async close(): Promise<void> {
    await this.#ask({ type: 'close' }, 'closed');
  }

  async stop(): Promise<void> {
    this.#process.disconnect();
    await once(this.#process, 'exit');
  }

  async #ask(order: ToReading, answerType: FromReading['type']): Promise<FromReading> {
    const ended = new AbortController();
    const exited = once(this.#process, 'exit', { signal: ended.signal }).then(() => {
      throw new Error('the process of the readers ended');
    });
    exited.catch(() => {});
    const answered = once(this.#process, 'message', { signal: ended.signal });
    this.#process.send(order);
    try {
      const [answer]: FromReading[] = await Promise.race([answered, exited]);
      if (answer?.type !== answerType) throw new Error(`expected ${answerType}, got ${answer?.type}`);
      return answer;
    } finally {
      ended.abort();
    }
  }
}
