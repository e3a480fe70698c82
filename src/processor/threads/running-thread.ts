import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type TransferListItem, Worker } from 'node:worker_threads';
import { LakegateError, messageOf } from '../../platform/errors.ts';
import { receiveError, type SentError, sendError } from '../../platform/sent-error.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { type JobTopic, NO_TOTALS } from '../runtime/job-runner.ts';
import type { FromThread, PlaceFloor, ThreadAsk, ThreadNews, ThreadSeat, ToThread } from './thread-talk.ts';

/**
 * One thread that runs jobs, seen from the main thread:
 *
 *   starting ──up──► up ──ends without having been told──► down ──a little later──► starting
 *
 * Whoever starts again first waits until what the one before had begun is durable or refused. What was asked and not answered by then is
 * rejected; `bringUp` brings the new one to what is wanted now.
 */
export interface RunningThread {
  /** Waits until the thread is up. Rejects with what it answered, or OVERLOADED where it ended before. */
  ask(ask: ThreadAsk): Promise<void>;
  /** Nothing where it is not up. */
  tellFloors(floors: readonly PlaceFloor[]): void;
  /** The last it said of itself; null before. Of one that is not up, what it said before it ended. */
  news(): ThreadNews | null;
  isUp(): boolean;
  /** Why it is not getting on; null while it does, and while it starts for the first time. */
  trouble(): string | null;
  /** Asked every LOOK_EVERY_MS or so: one that owes answers and is silent is ended. */
  look(): void;
  stop(deadlineMs: number): Promise<void>;
}

export interface ThreadOptions {
  readonly index: number;
  readonly logger: Logger;
  readonly silentMsMax: number;
  /** Not before this: whoever starts with it has more urgent things to do. */
  readonly begins: Promise<void>;
  /** A way to the log of its own, each time it starts. */
  readonly sit: (onStuck: () => void) => Seat;
  readonly make: (what: 'topic' | 'changelog', topic: JobTopic) => Promise<void>;
  /** Everything that is wanted of it, before anybody else asks it. */
  readonly bringUp: (ask: (ask: ThreadAsk) => Promise<void>) => Promise<void>;
  readonly onNews: (news: ThreadNews) => void;
  /** It ended, and with it what it had counted since it started. */
  readonly onEnd: (news: ThreadNews | null) => void;
}

export interface Seat {
  readonly seat: ThreadSeat;
  readonly handedOver: readonly TransferListItem[];
  /** Resolves when nothing that the thread began is under way any more. */
  close(): Promise<void>;
}

export function startThread(options: ThreadOptions): RunningThread {
  return new OneThread(options);
}

interface Asked {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class OneThread implements RunningThread {
  readonly #options: ThreadOptions;
  readonly #asked = new Map<number, Asked>();
  #askedCount = 0;
  #worker: Worker | null = null;
  #news: ThreadNews | null = null;
  /** Settles when the thread is up; another one after it ended. */
  #up = pending();
  #isUp = false;
  #startedAt = 0;
  #quickEnds = 0;
  #reason: string | null = null;
  #trouble: string | null = null;
  /** Looks since it was last heard. They are counted, not timed: a process that stood still for an hour has missed one. */
  #silentLooks = 0;
  /** Since it started. How long it takes to start depends on the machine. */
  #wasHeard = false;
  #stopping = false;
  #ended = Promise.resolve();
  #restart: NodeJS.Timeout | undefined;

  constructor(options: ThreadOptions) {
    this.#options = options;
    void options.begins.then(() => this.#start());
  }

  async ask(ask: ThreadAsk): Promise<void> {
    await this.#up.done;
    await this.#askNow(ask);
  }

  tellFloors(floors: readonly PlaceFloor[]): void {
    if (this.#isUp) this.#send({ tell: 'floors', floors });
  }

  news(): ThreadNews | null {
    return this.#news;
  }

  isUp(): boolean {
    return this.#isUp;
  }

  trouble(): string | null {
    const silentMs = this.#silentLooks * LOOK_EVERY_MS;
    return silentMs < this.#options.silentMsMax
      ? this.#trouble
      : `its thread has not answered for ${Math.floor(silentMs / 1000)} s`;
  }

  look(): void {
    if (this.#wasHeard) this.#silentLooks++;
    const isSilent = this.#silentLooks * LOOK_EVERY_MS > this.#options.silentMsMax;
    if (isSilent && this.#asked.size > 0) this.#end('it did not answer');
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const tooLate = setTimeout(() => this.#end('it did not stop in time'), deadlineMs);
    if (this.#isUp) await this.#askNow({ what: 'stop', deadlineMs }).catch(() => {});
    else this.#end('it was not up');
    await this.#ended;
    clearTimeout(tooLate);
    this.#up.reject(new ThreadGone('is stopping'));
  }

  #start(): void {
    if (this.#stopping) return;
    const { sit, index } = this.#options;
    const { seat, handedOver, close } = sit(() => this.#end('it held on to the files of the log'));
    this.#startedAt = performance.now();
    this.#silentLooks = 0;
    this.#wasHeard = false;
    const worker = new Worker(PROCESSOR_THREAD, {
      name: `jobs ${index}`,
      workerData: seat,
      transferList: [...handedOver],
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker = worker;
    worker.on('message', (message: FromThread) => this.#hear(message));
    worker.on('error', (error) => {
      this.#reason ??= messageOf(error);
    });
    this.#ended = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.#worker = null;
        this.#isUp = false;
        void close().then(() => {
          this.#afterEnd(this.#reason ?? `it ended with code ${code}`);
          resolve();
        });
      });
    });
  }

  #afterEnd(reason: string): void {
    const { onEnd, logger, index } = this.#options;
    const upMs = performance.now() - this.#startedAt;
    this.#reason = null;
    for (const { reject } of this.#asked.values()) reject(new ThreadGone('ended'));
    this.#asked.clear();
    onEnd(this.#news);
    this.#news = this.#news === null ? null : { ...this.#news, totals: NO_TOTALS };
    if (this.#stopping) return;
    this.#up.reject(new ThreadGone('ended'));
    this.#up = pending();
    this.#trouble = `its thread was started again: ${reason}`;
    this.#quickEnds = upMs > STEADY_MS ? 0 : this.#quickEnds + 1;
    const delayMs = restartDelayMs(this.#quickEnds);
    logger.error({ thread: index, reason, delayMs }, 'a thread that runs jobs ended and is started again');
    this.#restart = setTimeout(() => this.#start(), delayMs);
  }

  #end(reason: string): void {
    this.#reason ??= reason;
    void this.#worker?.terminate();
  }

  #hear(message: FromThread): void {
    this.#silentLooks = 0;
    this.#wasHeard = true;
    switch (message.tell) {
      case 'up':
        void this.#wentUp();
        return;
      case 'answer':
        this.#answered(message.id, message.error);
        return;
      case 'need':
        void this.#make(message);
        return;
      case 'news':
        if (message.news === null) return;
        this.#news = message.news;
        this.#options.onNews(message.news);
        return;
    }
  }

  async #wentUp(): Promise<void> {
    const { bringUp } = this.#options;
    await bringUp((ask) => this.#askNow(ask));
    if (this.#worker === null) return;
    this.#isUp = true;
    this.#trouble = null;
    this.#up.resolve();
  }

  #askNow(ask: ThreadAsk): Promise<void> {
    const id = this.#askedCount++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#send({ tell: 'ask', id, ask });
    });
  }

  #send(message: ToThread): void {
    this.#worker?.postMessage(message);
  }

  async #make({ id, what, topic }: FromThread & { readonly tell: 'need' }): Promise<void> {
    try {
      await this.#options.make(what, topic);
      this.#send({ tell: 'made', id, error: null });
    } catch (error) {
      this.#send({ tell: 'made', id, error: sendError(error) });
    }
  }

  #answered(id: number, error: SentError | null): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error === null) asked?.resolve();
    else asked?.reject(receiveError(error));
  }
}

/** Where the sources run as TypeScript, they do so in a thread too, as in bin/lakegate.js: what it begins with has to be JavaScript. */
function beginningOf(file: URL): URL {
  if (!file.pathname.endsWith('.ts')) return file;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href;
  const beginning = `
import { register } from '${tsx}';
register();
await import('${file.href}');
`;
  return new URL(`data:text/javascript,${encodeURIComponent(beginning)}`);
}

const PROCESSOR_THREAD = beginningOf(new URL('./processor-thread.ts', import.meta.url));

/** As often the one who has the threads looks at them. */
export const LOOK_EVERY_MS = 50;

/** The main thread has 64 MiB to 128 MiB for what is young (package.json), twice; a thread is told all three parts together. */
const YOUNG_MB = 192;

/** A thread that was up for this long was started well. */
const STEADY_MS = 10_000;

/** 100 ms, doubled up to half a minute. */
function restartDelayMs(quickEnds: number): number {
  return quickEnds === 0 ? 0 : Math.min(30_000, 50 * 2 ** Math.min(quickEnds, 10));
}

interface Pending {
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function pending(): Pending {
  let [resolve, reject]: [() => void, (error: Error) => void] = [() => {}, () => {}];
  const done = new Promise<void>((...settle) => {
    [resolve, reject] = settle;
  });
  // Mostly nobody waits for it.
  done.catch(() => {});
  return { done, resolve, reject };
}

/** Says nothing about what was asked: what is wanted of the thread it is told again when it is up. */
export class ThreadGone extends LakegateError {
  constructor(how: 'ended' | 'is stopping') {
    super({
      code: 'OVERLOADED',
      message: `The thread that runs the job ${how} before it had answered.`,
      retryAfterMs: RETRY_MS,
    });
  }
}

/** A thread is up again within a second or two. */
const RETRY_MS = 1_000;
