import type { MessagePort } from 'node:worker_threads';
import { sendError } from '../../platform/sent-error.ts';
import { commitStep } from './commit-step.ts';
import type { FromLog, ToLog } from './log-talk.ts';
import { decodeStep } from './step-bytes.ts';
import type { StoreSharer } from './store.ts';
import type { OpenTopic } from './topics.ts';
import type { Writer } from './writer.ts';

/** Another thread of this process that reads the log, and whose steps the log's one writer takes. */
export interface LogShare extends StoreSharer {
  /** There is such a topic, or more of it can be read, or less. Told once a turn of the event loop. */
  changed(topic: OpenTopic): void;
  /** Resolves when the thread has closed the files, or is gone. */
  letGo(): Promise<void>;
  /** The log was closed. */
  closed(): void;
  /** Takes no more of its steps. Resolves when each that was taken is durable or refused: only then may somebody else go on in its place. */
  close(): Promise<void>;
}

export interface ShareOptions {
  readonly writer: Writer;
  readonly port: MessagePort;
  /** It does not let go of the files, so that the log cannot write again: whoever made the thread ends it, and then closes the share. */
  readonly onStuck: () => void;
}

export function shareLog({ writer, port, onStuck }: ShareOptions): LogShare {
  const changed = new Set<OpenTopic>();
  const steps = new Set<Promise<void>>();
  const listening = new Map<OpenTopic, () => void>();
  let isOpen = true;
  let released: () => void = () => {};
  const send = (message: FromLog) => {
    if (isOpen) port.postMessage(message);
  };
  const tellChanged = () => {
    send({ tell: 'topics', topics: [...changed].map(newsOf) });
    changed.clear();
  };
  const noteChange = (topic: OpenTopic) => {
    if (!listening.has(topic)) listen(topic);
    if (changed.size === 0) setImmediate(tellChanged);
    changed.add(topic);
  };
  const listen = (topic: OpenTopic) => {
    const listener = () => noteChange(topic);
    listening.set(topic, listener);
    topic.listeners.add(listener);
  };
  const take = async (step: ToLog & { readonly tell: 'step' }) => {
    const { id, group, topic, partition, bytes } = step;
    try {
      const committed = await commitStep(writer, { group, place: { topic, partition }, ...decodeStep(bytes) });
      send({ tell: 'step', id, committed, error: null });
    } catch (error) {
      send({ tell: 'step', id, committed: false, error: sendError(error) });
    }
  };
  port.on('message', (message: ToLog) => {
    if (message.tell === 'let go') {
      released();
      return;
    }
    const taking: Promise<void> = take(message).finally(() => steps.delete(taking));
    steps.add(taking);
  });
  for (const topic of writer.topics.values()) noteChange(topic);
  if (writer.topics.size === 0) setImmediate(tellChanged);
  return {
    changed: noteChange,
    letGo: () => {
      if (!isOpen) return Promise.resolve();
      const letGo = new Promise<void>((resolve) => {
        released = resolve;
      });
      const stuck = setTimeout(onStuck, LET_GO_MS_MAX);
      send({ tell: 'let go' });
      return letGo.finally(() => clearTimeout(stuck));
    },
    openAgain: () => send({ tell: 'open again' }),
    closed: () => send({ tell: 'closed' }),
    close: async () => {
      isOpen = false;
      port.close();
      for (const [topic, listener] of listening) topic.listeners.delete(listener);
      released();
      await Promise.all(steps);
    },
  };
}

/** A step of 8,192 events takes a tenth of a second, and gives way every 8 ms. */
const LET_GO_MS_MAX = 5_000;

function newsOf({ spec, partitions }: OpenTopic) {
  return { spec, ends: partitions.map(({ first, next }) => [first, next] as const) };
}
