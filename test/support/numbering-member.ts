/**
 * A process of its own that takes part in shared work, so that a test can kill or freeze it. Run as:
 * node --import tsx test/support/numbering-member.ts <options as JSON>
 *
 * It prints its status as JSON, a line ten times a second.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { openKafkaWork } from '../../src/log/kafka-work.ts';
import { numberingTask } from './numbering-task.ts';

export interface NumberingMemberOptions {
  readonly brokers: readonly string[];
  readonly group: string;
  readonly input: string;
  readonly output: string;
  readonly changelog: string;
  readonly stepRecordsMax: number;
  readonly sessionTimeoutMs: number;
  /** How long each step takes between writing and committing. */
  readonly stepMs: number;
}

const STATUS_EVERY_MS = 100;

const options: NumberingMemberOptions = JSON.parse(process.argv[2] ?? '');
const { brokers, group, input, output, changelog, stepRecordsMax, sessionTimeoutMs, stepMs } = options;
const work = await openKafkaWork({ brokers, clientId: `member-${process.pid}` });
const member = await work.join({
  group,
  inputs: [{ topic: input, changelog }],
  stepRecordsMax,
  stepBytesMax: 1024 * 1024,
  lingerMs: 0,
  sessionTimeoutMs,
  open: async (place) => numberingTask({ place, output, changelog, beforeCommit: () => pause(stepMs) }),
});
for (;;) {
  process.stdout.write(
    `${JSON.stringify(member.status(), (_, value) => (typeof value === 'bigint' ? `${value}` : value))}\n`,
  );
  await pause(STATUS_EVERY_MS);
}
