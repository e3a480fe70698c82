import { parentPort, workerData } from 'node:worker_threads';
import { placeName } from '../../log/work/share-places.ts';
import { loadDeclarations } from '../../model/declare/load-declarations.ts';
import { systemClock } from '../../platform/clock.ts';
import { invariant } from '../../platform/errors.ts';
import { receiveError, sendError } from '../../platform/sent-error.ts';
import type { LogLevel } from '../../platform/settings.ts';
import { createLogger } from '../../platform/telemetry.ts';
import type { Job } from '../job.ts';
import { jobsByOrigin } from '../jobs-by-origin.ts';
import { type JobTopic, type LocalJobRunner, openJobRunner } from '../runtime/job-runner.ts';
import { openThreadLog } from './thread-log.ts';
import type { FromThread, PlaceFloor, ThreadAsk, ThreadNews, ThreadSeat, ToThread } from './thread-talk.ts';

/*
 * A thread that runs jobs: the same runner as on the main thread, over a log that it reads itself. Everything in it comes from the data it was made
 * with; what it cannot do itself it asks the main thread for, and how it stands it tells ten times a second.
 */

/** A person sees no tenth of a second. */
const TELL_EVERY_MS = 100;
/** Once a second where nothing is new: whoever is silent for longer is stuck. */
const BEAT_EVERY = 10;

const seat = workerData as ThreadSeat;
invariant(parentPort !== null, 'jobs run in a thread of their own here');
const port = parentPort;
const send = (message: FromThread) => port.postMessage(message);
const needs = new Map<number, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();
const floors = new Map<string, PlaceFloor>();
const sizes = new Map(seat.topics.map((size) => [size.topic, size] as const));
let needed = 0;
let told = '';
let silentFor = 0;

const logger = createLogger(seat.logLevel as LogLevel);
const model = loadDeclarations(seat.schemaDir);
const findJob = await jobsByOrigin(model, seat.jobsDir);
const log = await openThreadLog(seat.log, logger);
const runner: LocalJobRunner = openJobRunner({
  log: { topics: () => [...sizes.values()].map((size) => ({ ...size, retentionMs: null })) },
  work: log.work,
  kinds: model.kinds,
  makeTopic: (topic) => need('topic', topic),
  makeChangelog: (topic) => need('changelog', topic),
  floorMs: (topic, partition, next) => {
    const floor = floors.get(placeName({ topic, partition }));
    return floor === undefined || floor.next > next ? null : floor.floorMs;
  },
  clock: systemClock,
  logger,
  thread: { index: seat.index, threads: seat.threads },
  stateBytesInMemory: seat.stateBytesInMemory,
  ...(seat.stepRecordsMax === null ? {} : { stepRecordsMax: seat.stepRecordsMax }),
});
port.on('message', (message: ToThread) => hear(message));
const telling = setInterval(tellNews, TELL_EVERY_MS);
send({ tell: 'up' });

function hear(message: ToThread): void {
  switch (message.tell) {
    case 'ask':
      void answer(message.id, message.ask);
      return;
    case 'made': {
      const waiting = needs.get(message.id);
      needs.delete(message.id);
      if (message.error === null) waiting?.resolve();
      else waiting?.reject(receiveError(message.error));
      return;
    }
    case 'floors':
      for (const floor of message.floors) floors.set(placeName(floor), floor);
      return;
  }
}

async function answer(id: number, ask: ThreadAsk): Promise<void> {
  let error: unknown = null;
  try {
    await take(ask);
  } catch (caught) {
    error = caught;
  }
  tellNews();
  send({ tell: 'answer', id, error: error === null ? null : sendError(error) });
  if (ask.what === 'stop') await end();
}

async function take(ask: ThreadAsk): Promise<void> {
  switch (ask.what) {
    case 'run':
      return run(findJob(ask.job), ask.paused);
    case 'clear':
      return clear(findJob(ask.job));
    case 'drop':
      return runner.drop(ask.name);
    case 'stop':
      return runner.stop(ask.deadlineMs);
  }
}

async function run(job: Job, paused: boolean): Promise<void> {
  const there = runner.status(job);
  if (there === null || there.status === 'CANCELLED') await runner.start(job, { paused });
  else await (paused ? runner.pause(job) : runner.resume(job));
}

/** A later job may have its name by now: that one goes on. */
async function clear(job: Job): Promise<void> {
  const there = runner.status(job);
  if (there !== null && there.version <= job.version) await runner.drop(job);
  await runner.forget(job);
}

async function end(): Promise<void> {
  clearInterval(telling);
  await log.close();
  port.close();
}

function tellNews(): void {
  const news: ThreadNews = {
    jobs: runner.statuses().map((status) => ({ status, taken: runner.taken(status), isIdle: runner.isIdle(status) })),
    totals: runner.totals(),
  };
  const text = newsText(news);
  const isNew = text !== told;
  told = text;
  silentFor = isNew ? 0 : silentFor + 1;
  if (isNew || silentFor % BEAT_EVERY === 0) send({ tell: 'news', news: isNew ? news : null });
}

function newsText({ jobs, totals }: ThreadNews): string {
  const texts = jobs.map(({ status: { uptimeMs: _, ...status }, taken }) =>
    [JSON.stringify(status), ...taken.values()].join(),
  );
  return [...texts, JSON.stringify(totals)].join('\n');
}

async function need(what: 'topic' | 'changelog', topic: JobTopic): Promise<void> {
  const id = needed++;
  await new Promise<void>((resolve, reject) => {
    needs.set(id, { resolve, reject });
    send({ tell: 'need', id, what, topic });
  });
  if (what === 'topic') await log.known(topic.topic);
  sizes.set(topic.topic, topic);
}
