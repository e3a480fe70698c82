import type { Log, Position } from '../log/log.ts';
import { type Acknowledgement, encodeAcknowledgement } from '../model/streams/encode-acknowledgement.ts';
import { ACKNOWLEDGEMENTS_TOPIC } from '../model/streams/stream-topics.ts';
import { invariant } from '../platform/errors.ts';

/** What somebody says to an alert is durable when this resolves; who asks for the alert sees it when the position is loaded. */
export async function acknowledgeAlert(log: Log, acknowledgement: Acknowledgement): Promise<Position> {
  const [position] = await log.append(ACKNOWLEDGEMENTS_TOPIC, [encodeAcknowledgement(acknowledgement)]);
  invariant(position !== undefined, 'one record has one position');
  return position;
}
