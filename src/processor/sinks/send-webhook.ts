import { createHmac } from 'node:crypto';
import { LakegateError } from '../../platform/errors.ts';

export interface Webhook {
  readonly url: string;
  /** What receiver and server both know. */
  readonly secret: string;
}

export interface Delivery {
  /** The same for every attempt: a receiver that keeps it takes each once. */
  readonly id: string;
  readonly body: string;
}

/**
 * One POST, signed as receivers of webhooks know it: `Lakegate-Signature: t=<seconds>,v1=<hmac>`, the HMAC-SHA256 of `<seconds>.<body>`
 * in hex. Resolves when the receiver answered with 2xx; anything else, a redirect too, is a failure that says what came.
 */
export async function sendWebhook({ url, secret }: Webhook, { id, body }: Delivery, nowMs: number): Promise<void> {
  const response = await post(url, body, {
    'content-type': 'application/json',
    'lakegate-delivery': id,
    'lakegate-signature': signature(secret, body, nowMs),
  });
  await response.body?.cancel();
  if (!response.ok) throw undelivered(`expected an answer of 2xx, got ${response.status}`);
}

export function signature(secret: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}

async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    return await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    throw undelivered(timedOut ? `no answer within ${ANSWER_MS_MAX / 1000} s` : 'nobody answers', error);
  }
}

/** Receivers are asked to answer first and work then. */
const ANSWER_MS_MAX = 10_000;

function undelivered(why: string, cause?: unknown): LakegateError {
  return new LakegateError({
    code: 'OVERLOADED',
    message: `webhook: ${why}; sent again later`,
    retryable: true,
    cause,
  });
}
