import type { GraphQLFieldResolver } from 'graphql';
import { badRequest } from '../../analytics/metrics/metrics-question.ts';
import { type Alert, answerAlert } from '../../analytics/streams/answer-alerts.ts';
import { acknowledgeAlert } from '../../ingest/acknowledge-alert.ts';
import type { Log, Position } from '../../log/log.ts';
import { TEXT_LENGTH_MAX } from '../../model/event-model.ts';
import { ALERTS_TOPIC } from '../../model/streams/stream-topics.ts';
import { endsOf } from '../../warehouse/trace.ts';
import type { AskContext } from '../ask-context.ts';
import type { AskSources } from '../metrics.ts';
import { selectedFields } from '../selected-fields.ts';
import { asksForEvents } from './alerts.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;

/**
 * `acknowledgeAlert(id, note)`: durable in the log, and visible to every question when it answers. Said again it changes nothing; another note
 * replaces the one before.
 */
export function acknowledgeAlertResolver(sources: AskSources & { readonly log: Log }): Resolver {
  const { log, clock, progress, waitDeadlineMs } = sources;
  return (async (
    _source,
    { id, note = null }: { readonly id: string; readonly note?: string | null },
    context,
    info,
  ) => {
    if (note !== null && note.length > TEXT_LENGTH_MAX) {
      throw badRequest(`note: expected at most ${TEXT_LENGTH_MAX} characters, got ${note.length}`);
    }
    const { tenant } = context;
    const select = asksForEvents(selectedFields(info));
    const alert = await findAlert(tenant, id, select, sources);
    if (says(alert, note)) return alert;
    const position = await acknowledgeAlert(log, { tenant, alertId: id, by: ANONYMOUS, note, atMs: clock.nowMs() });
    await progress.waitFor(versionAt(position), waitDeadlineMs);
    return (await answerAlert(tenant, id, select, sources)).value;
  }) as Resolver;
}

/** Nobody says who they are while authentication is off. */
const ANONYMOUS = 'anonymous';

function says(alert: Alert, note: string | null): boolean {
  return alert.status === 'ACKNOWLEDGED' && (note === null || note === alert.note);
}

/** One that is durable and not loaded yet is waited for: who saw it live may answer at once. */
async function findAlert(
  tenant: string,
  id: string,
  select: { readonly events: boolean },
  sources: AskSources & { readonly log: Log },
): Promise<Alert> {
  const loaded = (await answerAlert(tenant, id, select, sources)).value;
  if (loaded !== null) return loaded;
  await sources.progress.waitFor(await endsOf(sources.log, [ALERTS_TOPIC]), sources.waitDeadlineMs);
  const alert = (await answerAlert(tenant, id, select, sources)).value;
  if (alert === null) throw badRequest(`id: expected the id of an alert, got ${JSON.stringify(id.slice(0, 100))}`);
  return alert;
}

function versionAt({ topic, partition, offset }: Position) {
  return { offsets: new Map([[topic, new Map([[partition, offset]])]]), watermarksMs: new Map() };
}
