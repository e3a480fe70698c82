import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphql, type LakegateProcess, removeDir, startLakegateProcess, temporaryDir } from '../support/lakegate.ts';
import { PacedProducer } from '../support/paced-producer.ts';
import {
  type Ask,
  paymentEvent,
  paymentStream,
  rollupsOf,
  windowsInUsd,
  windowsOf,
} from '../support/payment-stream.ts';
import { until } from '../support/until.ts';

/** A stream of two seconds at this rate, or of JOBS_STREAM_SECONDS in the long form; slower where the machine is. */
const PER_SECOND = 20_000;
const EVENTS = PER_SECOND * Number(process.env.JOBS_STREAM_SECONDS ?? 2);
const STREAM = paymentStream({ events: EVENTS, users: 40, windowMinutes: 1 });
const WINDOWED = windowsInUsd('per-minute', STREAM);
const PATIENCE_MS = 120_000;
const PAYLOAD = 'job { id status version } userErrors { code field message }';

describe('jobs asked for over GraphQL', () => {
  let dataDir: string;
  let lakegate: LakegateProcess;
  let receiver: Server;
  const received: { readonly signature: unknown; readonly body: string }[] = [];

  const receiverHost = () => `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const start = async () => {
    const env = { LAKEGATE_WEBHOOK_HOSTS: receiverHost(), LAKEGATE_WEBHOOK_SECRETS: 'ours=between us' };
    lakegate = await startLakegateProcess({ env: { LAKEGATE_DATA_DIR: dataDir, ...env } });
  };
  const ask: Ask = async (query, variables = {}) => {
    const { data, errors } = await graphql<never>(lakegate.url, query, variables);
    expect(errors).toBeUndefined();
    if (data === null || data === undefined) throw new Error(`expected data for ${query}`);
    return data;
  };
  const submit = async (input: string) => {
    const { submitJob } = await ask<{ submitJob: Payload }>(`mutation { submitJob(input: ${input}) { ${PAYLOAD} } }`);
    expect(submitJob.userErrors).toEqual([]);
    return submitJob.job?.id ?? '';
  };
  const jobOf = async (id: string) => {
    const fields = `status version recordsProcessed lag error throughput uptimeMs watermark stateKeys
      checkpoints { count }`;
    return (await ask<{ job: JobFigures }>(`query ($id: ID!) { job(id: $id) { ${fields} } }`, { id })).job;
  };
  const caughtUp = (id: string, records: number) =>
    until(async () => {
      const { recordsProcessed, lag, status } = await jobOf(id);
      return recordsProcessed >= records && lag === 0 && status === 'RUNNING';
    }, PATIENCE_MS);

  beforeAll(async () => {
    dataDir = temporaryDir();
    receiver = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      received.push({ signature: request.headers['lakegate-signature'], body });
      response.writeHead(204).end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    await start();
  });
  afterAll(async () => {
    await lakegate.kill();
    await new Promise((resolve) => receiver.close(resolve));
    removeDir(dataDir);
  });

  test('a stream goes on through SIGKILL in its middle: its figures are true at every moment, and its windows equal what the rollups say', {
    timeout: 4 * PATIENCE_MS,
  }, async () => {
    const id = await submit(WINDOWED);
    const other = await submit(windowsInUsd('for-a-while', STREAM));
    const url = () => lakegate.url;
    const producer = new PacedProducer({ url, kind: 'transaction', event: STREAM.payment, perSecond: PER_SECOND });
    const sending = producer.send(EVENTS);
    const before = await watched(
      () => jobOf(id),
      producer,
      () => producer.acknowledged >= EVENTS / 2,
    );
    await until(async () => (await jobOf(other)).checkpoints.count > 0, PATIENCE_MS);
    await ask('mutation ($id: ID!) { pauseJob(id: $id) { job { id } } }', { id: other });
    const paused = await jobOf(other);
    const acknowledged = producer.acknowledged;
    await lakegate.kill();
    await start();
    const after = await watched(
      () => jobOf(id),
      producer,
      ({ recordsProcessed, lag, status }) => recordsProcessed >= EVENTS && lag === 0 && status === 'RUNNING',
    );
    await sending;

    const job = await jobOf(id);
    expect(job).toMatchObject({
      recordsProcessed: EVENTS,
      lag: 0,
      error: null,
      version: 1,
      stateKeys: STREAM.usersInUsd,
    });
    expect(job.checkpoints.count).toBeGreaterThan(0);
    // It may have taken another step before it was paused.
    const stillPaused = await jobOf(other);
    expect(stillPaused).toMatchObject({ status: 'PAUSED', error: null, uptimeMs: 0 });
    expect(stillPaused.recordsProcessed).toBeGreaterThanOrEqual(Math.max(1, paused.recordsProcessed));
    expect(stillPaused.checkpoints.count).toBeGreaterThanOrEqual(paused.checkpoints.count);
    expect(stillPaused.stateKeys).toBeGreaterThan(0);
    // Nothing is counted twice, whoever of those that were killed has told of it before.
    for (const { figures, handedOver } of [...before, ...after]) {
      expect(figures.recordsProcessed).toBeLessThanOrEqual(handedOver);
    }
    const seen = before.at(-1)?.figures.recordsProcessed ?? 0;
    expectPlausible(before.at(-1)?.figures, { atLeast: seen, atMost: seen });
    expectPlausible(job, { atLeast: EVENTS - acknowledged - IN_FLIGHT_MAX, atMost: EVENTS - seen });

    await until(async () => Date.parse((await jobOf(id)).watermark ?? '') >= STREAM.toMs, PATIENCE_MS);
    const wanted = await rollupsOf(ask, STREAM);
    expect(wanted).toHaveLength(STREAM.windows);
    await until(async () => String(await windowsOf(ask, id)) === String(wanted), PATIENCE_MS).catch(() => {});
    expect(await windowsOf(ask, id)).toEqual(wanted);
  });

  test('what a live rule raised and what a backtest of it finds are the same alerts; another limit shows the difference', async () => {
    const large = (
      limit: number,
    ) => `{name: "large", source: {transaction: {key: USER_ID, pattern: {within: "1m", afterMatch: SKIP_TO_NEXT,
      steps: [{name: "a", where: {amount: {gt: "${limit}"}}}, {name: "b", where: {amount: {gt: "${limit}"}}}]}}}}`;
    await caughtUp(await submit(large(700)), EVENTS);
    const same = await backtest(ask, large(700));
    expect(same.alerts).toBeGreaterThan(100);
    const alerts = async () => {
      const query = '{ alerts(where: {rules: ["large"]}, first: 1) { totalCount } }';
      return (await ask<{ alerts: { totalCount: number } }>(query)).alerts.totalCount;
    };
    await until(async () => (await alerts()) === same.alerts, PATIENCE_MS);
    expect(same).toMatchObject({ onlyHere: [], onlyLive: [], onlyHereCount: 0, onlyLiveCount: 0 });
    const stricter = await backtest(ask, large(750));
    expect(stricter.alerts).toBeLessThan(same.alerts);
    expect(stricter.onlyHere).toEqual([]);
    expect(stricter.onlyLiveCount).toBe(same.alerts - stricter.alerts);
    expect(stricter.onlyLive).toHaveLength(Math.min(stricter.onlyLiveCount, 200));
    expect(stricter.onlyLive[0]?.events).toHaveLength(2);
  });

  test('alerts of now are sent by a signed webhook, and a rule on trial sends none', async () => {
    const rule = (name: string, mode: string) => `{name: "${name}", mode: ${mode},
      sinks: {webhook: {url: "http://${receiverHost()}/", secret: "ours"}},
      source: {transaction: {key: USER_ID, pattern: {within: "1m", steps: [{name: "one", where: {merchant: {eq: "webhook"}}}]}}}}`;
    const id = await submit(rule('told', 'LIVE'));
    await submit(rule('tried', 'SHADOW'));
    await post(lakegate.url, [paymentEvent('hook-1', 'carol', '1.00', Date.now(), { merchant: 'webhook' })]);
    await until(() => received.length > 0, PATIENCE_MS);
    expect(received[0]?.signature).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
    const told = { job: 'told', key: 'carol', alert: { events: [{ id: 'hook-1' }] } };
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject(told);
    await until(async () => {
      const query = '{ alerts(where: {rules: ["tried"], shadow: true}) { nodes { key } } }';
      return (await ask<{ alerts: { nodes: readonly object[] } }>(query)).alerts.nodes.length === 1;
    }, PATIENCE_MS);
    expect(received).toHaveLength(1);
    const query =
      'query ($id: ID!) { job(id: $id) { webhook { delivered givenUp lastGivenUp { delivery key alert at attempts reason } } } }';
    const deliveries = async () => (await ask<{ job: { webhook: { delivered: number } } }>(query, { id })).job.webhook;
    await until(async () => (await deliveries()).delivered === 1, PATIENCE_MS);
    expect(await deliveries()).toEqual({ delivered: 1, givenUp: 0, lastGivenUp: [] });
    const metrics = await (await fetch(`${lakegate.url}/metrics`)).text();
    expect(metrics).toContain('lakegate_job_webhook_delivered_total{job="submitted"} 1\n');
    expect(metrics).toContain('lakegate_job_webhook_given_up_total{job="submitted"} 0\n');
  });

  test('jobs are paused, replaced, resumed and cancelled, and what cannot be is refused with the reason', async () => {
    const { jobs } = await ask<{ jobs: readonly { id: string; name: string }[] }>('{ jobs { id name } }');
    const id = jobs.find(({ name }) => name === 'per-minute')?.id ?? '';
    const change = async (field: string, rest = '') => {
      const mutation = `mutation ($id: ID!) { answer: ${field}(id: $id${rest}) { ${PAYLOAD} } }`;
      return (await ask<{ answer: Payload }>(mutation, { id })).answer;
    };
    expect(await change('pauseJob')).toMatchObject({ job: { status: 'PAUSED' } });
    const before = (await jobOf(id)).recordsProcessed;
    await post(lakegate.url, [paymentEvent('paused-1', 'dora', '1.00', Date.now())]);
    expect(await change('replaceJob', `, input: ${WINDOWED.replace('1m', '2m')}`)).toMatchObject({
      job: null,
      userErrors: [{ code: 'STATE_DOES_NOT_FIT', message: expect.stringContaining('window') }],
    });
    expect(await change('replaceJob', `, input: ${WINDOWED.replace('1h', '2h')}`)).toMatchObject({
      job: { status: 'PAUSED', version: 2 },
    });
    await change('resumeJob');
    await caughtUp(id, before + 1);
    expect(await change('cancelJob')).toMatchObject({ job: { status: 'CANCELLED' } });
    expect((await change('resumeJob')).userErrors).toMatchObject([{ code: 'JOB_CANCELLED' }]);
  });

  test('what is wrong with a job is told all at once, each by its place in the arguments', async () => {
    const { submitJob } = await ask<{ submitJob: Payload }>(`mutation { submitJob(input: {name: "No Name",
      source: {transaction: {measures: [AMOUNT_SUM]}}, window: {sliding: {size: "10s", slide: "1mo"}}}) { ${PAYLOAD} } }`);
    expect(submitJob.job).toBeNull();
    const places = submitJob.userErrors.map(({ field }) => field.join('.'));
    expect(places).toEqual(['input.name', 'input.window.sliding.slide']);
  });
});

interface Payload {
  readonly job: { readonly id: string; readonly status: string; readonly version: number } | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly field: readonly string[];
  }[];
}

interface JobFigures {
  readonly status: string;
  readonly version: number;
  readonly recordsProcessed: number;
  readonly lag: number;
  readonly error: string | null;
  readonly throughput: number;
  readonly uptimeMs: number;
  readonly watermark: string | null;
  readonly stateKeys: number;
  readonly checkpoints: { readonly count: number };
}

interface Seen {
  readonly figures: JobFigures;
  /** By the producer, when the figures were here. */
  readonly handedOver: number;
}

/** What the job says of itself, again and again, until it is enough. */
async function watched(
  job: () => Promise<JobFigures>,
  producer: PacedProducer,
  isEnough: (figures: JobFigures) => boolean,
): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  await until(async () => {
    const figures = await job();
    seen.push({ figures, handedOver: producer.handedOver });
    await pause(LOOK_EVERY_MS);
    return isEnough(figures);
  }, PATIENCE_MS);
  return seen;
}

/** Of a job that began less than a minute ago: its rate over its time are the records that it took, give or take what a second is. */
function expectPlausible(
  job: JobFigures | undefined,
  { atLeast, atMost }: { readonly atLeast: number; readonly atMost: number },
): void {
  const { throughput = 0, uptimeMs = 0 } = job ?? {};
  const isLongEnough = uptimeMs > SAYS_SOMETHING_MS && uptimeMs < LOOKS_BACK_MS;
  if (isLongEnough) expect(throughput * uptimeMs).toBeGreaterThanOrEqual(atLeast * 500);
  expect(throughput * Math.min(uptimeMs, LOOKS_BACK_MS)).toBeLessThanOrEqual(atMost * 1_500);
}

/** Members speak every second. */
const LOOK_EVERY_MS = 100;
/** There is none before a whole second. */
const SAYS_SOMETHING_MS = 3_000;
/** What throughput is of. */
const LOOKS_BACK_MS = 60_000;
/** Four batches that were on their way to a process that was killed, and may have come in. */
const IN_FLIGHT_MAX = 4_000;

async function post(url: string, events: readonly object[]): Promise<void> {
  const response = await fetch(`${url}/ingest/transaction?wait=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: events.map((each) => JSON.stringify(each)).join('\n'),
  });
  expect(await response.json()).toMatchObject({ admitted: events.length });
}

interface FoundBacktest {
  readonly run: { readonly status: string; readonly error: string | null };
  readonly alerts: number;
  readonly onlyHere: readonly { readonly events: readonly object[] }[];
  readonly onlyLive: readonly { readonly events: readonly object[] }[];
  readonly onlyHereCount: number;
  readonly onlyLiveCount: number;
}

async function backtest(ask: Ask, rule: string): Promise<FoundBacktest> {
  const { runBacktest } = await ask<{ runBacktest: { run: { id: string } } }>(
    `mutation { runBacktest(range: {last: "1h"}, job: ${rule}) { run { id } } }`,
  );
  const { id } = runBacktest.run;
  const alerts = '{ events { meta { id } } }';
  const query = `query ($id: ID!) { backtest(id: $id) { run { status error } alerts onlyHere ${alerts} onlyLive ${alerts} onlyHereCount onlyLiveCount } }`;
  const find = async () => (await ask<{ backtest: FoundBacktest }>(query, { id })).backtest;
  await until(async () => ['SUCCEEDED', 'FAILED'].includes((await find()).run.status), PATIENCE_MS);
  const found = await find();
  expect(found.run).toEqual({ status: 'SUCCEEDED', error: null });
  return found;
}
