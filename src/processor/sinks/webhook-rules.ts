import type { SpecFault } from '../../model/jobs/job-desk.ts';
import type { JobSpec } from '../../model/jobs/job-spec.ts';
import { invariant } from '../../platform/errors.ts';
import type { Webhook } from './send-webhook.ts';

type SpecWebhook = JobSpec['sinks']['webhook'];

/** To whom this server sends webhooks, and by which secrets. Whoever submits a job chooses among them, and can reach nobody else by it. */
export interface WebhookRules {
  faults(webhook: SpecWebhook): readonly SpecFault[];
  /** Of a webhook without faults. */
  webhookOf(webhook: SpecWebhook): Webhook;
}

export interface WebhookRulesOptions {
  /** `host` or `host:port`. Empty: nobody. */
  readonly hosts: readonly string[];
  /** By name. */
  readonly secrets: ReadonlyMap<string, string>;
}

export function webhookRules({ hosts, secrets }: WebhookRulesOptions): WebhookRules {
  const faults = (webhook: SpecWebhook): readonly SpecFault[] => {
    if (webhook === null) return [];
    const found: SpecFault[] = [];
    const fault = (field: string, message: string) => found.push({ field: ['sinks', 'webhook', field], message });
    const url = URL.canParse(webhook.url) ? new URL(webhook.url) : null;
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      fault('url', `expected a URL of http or https without a password, got ${webhook.url}`);
    } else if (!hosts.includes(url.host) && !hosts.includes(url.hostname)) {
      fault(
        'url',
        `expected one of the hosts of LAKEGATE_WEBHOOK_HOSTS (${hosts.join(', ') || 'none'}), got ${url.host}`,
      );
    }
    if (!secrets.has(webhook.secret)) {
      fault('secret', `expected the name of a secret in LAKEGATE_WEBHOOK_SECRETS, got ${webhook.secret}`);
    }
    return found;
  };
  return {
    faults,
    webhookOf(webhook) {
      const secret = webhook === null ? undefined : secrets.get(webhook.secret);
      invariant(webhook !== null && secret !== undefined, 'the webhook has no faults');
      return { url: webhook.url, secret };
    },
  };
}
