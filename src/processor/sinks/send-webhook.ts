import { createHmac } from 'node:crypto';

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

/** Why a delivery is not with its receiver. */
export interface Untaken {
  readonly reason: string;
  /** The same bytes will be refused again, for as long as the receiver stays as it is. */
  readonly isRefusal: boolean;
  /** When the receiver wants to be asked again; null where it did not say. */
  readonly retryAfterMs: number | null;
}

/**
 * One POST, signed as receivers of webhooks know it: `Lakegate-Signature: t=<seconds>,v1=<hmac>`, the HMAC-SHA256 of `<seconds>.<body>`
 * in hex. Null when the receiver answered with 2xx; anything else, a redirect too, leaves it untaken, with what came.
 */
export async function sendWebhook(
  { url, secret }: Webhook,
  { id, body }: Delivery,
  nowMs: number,
): Promise<Untaken | null> {
  const headers = {
    'content-type': 'application/json',
    'lakegate-delivery': id,
    'lakegate-signature': signature(secret, body, nowMs),
  };
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
    // Whoever has answered has taken it, or not: what becomes of the rest of the answer changes nothing.
    await response.body?.cancel().catch(() => {});
    return response.ok ? null : answered(response);
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    const reason = timedOut ? `no answer within ${ANSWER_MS_MAX / 1000} s` : 'nobody answers';
    return { reason, isRefusal: false, retryAfterMs: null };
  }
}

export function signature(secret: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}

/** Receivers are asked to answer first and work then. */
const ANSWER_MS_MAX = 10_000;

/**
 * They are about what was sent, or where to: it is not there, not there any more, or not taken in this form. All others pass: 401 and 403 when
 * somebody corrects a secret, 408, 425, 429 and 5xx by themselves.
 */
const REFUSALS: ReadonlySet<number> = new Set([400, 404, 405, 410, 413, 415, 422]);

function answered({ status, headers }: Response): Untaken {
  const seconds = /^\d{1,6}$/.exec(headers.get('retry-after') ?? '')?.[0];
  return {
    reason: `expected an answer of 2xx, got ${status}`,
    isRefusal: REFUSALS.has(status),
    retryAfterMs: seconds === undefined ? null : Number(seconds) * 1000,
  };
}
