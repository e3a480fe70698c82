import type { EventModel } from '../model/event-model.ts';
import type { Config } from '../platform/config.ts';
import { demoPicture } from './demo/picture.ts';
import { type DemoReading, readDemo } from './demo/reading.ts';
import { setRates } from './demo/set-rates.ts';
import { pause } from './generate/bulk-client.ts';
import { sendEvents } from './generate.ts';
import { start } from './start.ts';

interface DemoOptions {
  /** Events a second, all kinds together. */
  readonly rate: number;
  readonly print: (text: string) => void;
  /** Where the picture is drawn anew every second. Where it is no terminal, a line is printed instead. */
  readonly screen: NodeJS.WriteStream;
}

/** `lakegate demo`: the product and a producer in one, and in the same terminal what goes in and what comes out, until Ctrl-C. */
export async function demo(config: Config, { rate, print, screen }: DemoOptions): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  // Before start() listens, so that the producer is silent by the time the product stops.
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const { url, model } = await start(config, { json: false, print, demo: true });
  const whileRunning = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      // While stopping, a request that was cut off is no news.
      if (!stop.signal.aborted) throw error;
    });
  // Before the first event: what cannot be converted is not asked for again.
  await whileRunning(setRates(url, model, Date.now()));
  await Promise.all([
    whileRunning(produce(url, model, rate, stop.signal)),
    whileRunning(watch(url, model, screen, stop.signal)),
  ]);
}

const REDRAW_MS = 1_000;

/** Rates are over the last five seconds: loading comes in batches, and the eye wants something steady. */
const READINGS_COMPARED = 5;

async function produce(url: string, model: EventModel, rate: number, signal: AbortSignal): Promise<void> {
  const startedAt = Date.now();
  await sendEvents({
    model,
    kinds: [],
    url,
    // Another seed each time: a data directory that is kept knows the ids of the last demo.
    seed: `demo-${startedAt}`,
    count: null,
    rate,
    spanMs: null,
    untilMs: startedAt,
    shares: { duplicates: 0.01, conflicts: 0.002, late: 0.01, future: 0.002, tooOld: 0.002, broken: 0.005 },
    lifelike: true,
    batch: 1_000,
    journal: null,
    signal,
    progress: null,
  });
}

async function watch(url: string, model: EventModel, screen: NodeJS.WriteStream, signal: AbortSignal): Promise<void> {
  const readings: DemoReading[] = [];
  let drawn = 0;
  while (!signal.aborted) {
    const now = await readDemo(url, model);
    const lines = demoPicture(model, readings[0] ?? null, now);
    screen.write(screen.isTTY ? redraw(lines, drawn) : `${lines[0]}\n`);
    drawn = lines.length;
    readings.push(now);
    if (readings.length > READINGS_COMPARED) readings.shift();
    await pause(REDRAW_MS, signal);
  }
}

/** Over the last picture: as many lines up as it had, each line cleared first. */
function redraw(lines: readonly string[], drawn: number): string {
  const up = drawn === 0 ? '\n' : `\u001b[${drawn}A`;
  return `${up}${lines.map((line) => `\u001b[2K${line}\n`).join('')}`;
}
