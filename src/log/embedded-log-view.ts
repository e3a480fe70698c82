import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { invariant } from '../platform/errors.ts';
import { receiveError } from '../platform/sent-error.ts';
import type { FromLog, ToLog, TopicNews } from './embedded/log-talk.ts';
import { type ReaderSource, readPartition } from './embedded/reader.ts';
import { encodeStep } from './embedded/step-bytes.ts';
import { type OpenedFiles, openStoreFiles, type Tables } from './embedded/store.ts';
import { emptyTopic, type OpenTopic, partitionNumbered, type Topics, topicOf } from './embedded/topics.ts';
import { openSteps, type StepWrites } from './embedded/work-steps.ts';
import type { EmbeddedLog } from './embedded-log.ts';

/**
 * The embedded log in another thread than the one that has it: read from the same files, in the same memory; what steps write goes to the log's one
 * writer. Of one step one message goes each way, and the bytes are handed over.
 */
export interface EmbeddedLogView extends Pick<EmbeddedLog, 'read' | 'topics' | 'steps'> {
  /** Resolves when the topic is known here: somewhere else it is made a moment before. */
  known(topic: string): Promise<void>;
  close(): Promise<void>;
}

export interface EmbeddedLogViewOptions {
  readonly dir: string;
  /** The other end is with the log, see `EmbeddedLog.share`. */
  readonly port: MessagePort;
  readonly logger?: { warn(facts: object, message: string): void };
}

/** Opened once it knows how far the log goes. */
export async function openEmbeddedLogView(options: EmbeddedLogViewOptions): Promise<EmbeddedLogView> {
  const { dir, port } = options;
  const view: View = {
    ...options,
    topics: new Map(),
    files: openStoreFiles(dir),
    opened: Promise.resolve(),
    open: null,
    listeners: new Set(),
    steps: new Map(),
    stepsSent: 0,
    isClosed: false,
  };
  const first = once(port, 'message');
  port.on('message', (message: FromLog) => hear(view, message));
  await first;
  const source = (topic: OpenTopic) => readerSource(view, topic);
  return {
    topics: () => [...view.topics.values()].map(({ spec: { number: _, ...spec } }) => spec),
    read: (topic, partition, from, read) => {
      const opened = topicOf(view.topics, topic);
      return readPartition(source(opened), partitionNumbered(opened, partition), from, read);
    },
    known: (topic) => known(view, topic),
    steps: openSteps({
      topics: view.topics,
      source,
      tables: () => view.files.tables,
      commit: (step) => commit(view, step),
      isClosed: () => view.isClosed,
    }),
    close: async () => {
      wakeAll(view);
      port.close();
      await view.files.close();
    },
  };
}

interface View extends EmbeddedLogViewOptions {
  readonly topics: Topics;
  files: OpenedFiles;
  /** Reading has to wait while the files are closed. */
  opened: Promise<void>;
  /** Ends the wait; null while they are open. */
  open: (() => void) | null;
  /** Who waits for topics. */
  readonly listeners: Set<() => void>;
  readonly steps: Map<number, SentStep>;
  stepsSent: number;
  isClosed: boolean;
}

interface SentStep {
  readonly resolve: (committed: boolean) => void;
  readonly reject: (error: Error) => void;
}

function hear(view: View, message: FromLog): void {
  switch (message.tell) {
    case 'topics':
      view.files.refresh();
      for (const news of message.topics) takeNews(view, news);
      for (const listener of view.listeners) listener();
      return;
    case 'step':
      view.files.refresh();
      settle(view, message);
      return;
    case 'let go':
      void letGo(view);
      return;
    case 'open again':
      view.files = openStoreFiles(view.dir);
      view.open?.();
      view.open = null;
      return;
    case 'closed':
      view.isClosed = true;
      wakeAll(view);
      return;
  }
}

function takeNews({ topics }: View, { spec, ends }: TopicNews): void {
  const topic = topics.get(spec.topic) ?? emptyTopic(spec);
  topics.set(spec.topic, topic);
  topic.spec = spec;
  for (const partition of topic.partitions) {
    const [first, next] = ends[partition.partition] ?? [0n, 0n];
    Object.assign(partition, { first, next, nextGiven: next });
  }
  for (const wake of topic.waiting) wake();
}

function known({ topics, listeners }: View, topic: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!topics.has(topic)) return;
      listeners.delete(look);
      resolve();
    };
    listeners.add(look);
    look();
  });
}

function wakeAll({ topics }: View): void {
  for (const { waiting } of topics.values()) for (const wake of waiting) wake();
}

function settle({ steps }: View, { id, committed, error }: FromLog & { readonly tell: 'step' }): void {
  const sent = steps.get(id);
  steps.delete(id);
  if (error === null) sent?.resolve(committed);
  else sent?.reject(receiveError(error));
}

async function letGo(view: View): Promise<void> {
  if (view.open === null) {
    view.opened = new Promise((resolve) => {
      view.open = resolve;
    });
  }
  await view.files.close();
  send(view, { tell: 'let go' });
}

function commit(view: View, { group, place: { topic, partition }, appends, puts }: StepWrites): Promise<boolean> {
  invariant(
    appends.every(({ guessed }) => guessed === null),
    'of a step in another thread than the log nobody asks for offsets',
  );
  const id = view.stepsSent++;
  const bytes = encodeStep({ appends, puts });
  return new Promise((resolve, reject) => {
    view.steps.set(id, { resolve, reject });
    send(view, { tell: 'step', id, group, topic, partition, bytes }, [bytes]);
  });
}

function send({ port }: View, message: ToLog, handedOver: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, [...handedOver]);
}

function readerSource(view: View, topic: OpenTopic): ReaderSource {
  return {
    dir: view.dir,
    opened: async (): Promise<Tables> => {
      await view.opened;
      return view.files.tables;
    },
    onChange: (wake) => {
      // A function of its own for each: the same one may be given twice.
      const own = () => wake();
      topic.waiting.add(own);
      return () => topic.waiting.delete(own);
    },
    isClosed: () => view.isClosed,
    warn: (message, facts) => view.logger?.warn(facts, message),
  };
}
