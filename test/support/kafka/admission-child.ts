import { openKafkaLog } from '../../../src/log/kafka-log.ts';
import type { PartitionTask, PartitionWork, Transaction } from '../../../src/log/partition-work.ts';
import { openTestMember, transactionsOnly } from './open-kafka-ingest.ts';

/* A member of admission in a process of its own, killed at a moment of its first step that has input: "append 0" before it first writes,
 * "appended 2" when three of its writes are done, "stepped" before the commit, "committed" after it, "kept" when its claims are on disk. */
const [brokers = '', prefix = '', dir = '', moment = ''] = process.argv.slice(2);

function reach(reached: string): void {
  if (reached === moment) process.kill(process.pid, 'SIGKILL');
}

function dying(work: PartitionWork): PartitionWork {
  return {
    ...work,
    join: (options) =>
      work.join({ ...options, open: async (place, state) => dyingTask(await options.open(place, state)) }),
  };
}

function dyingTask(task: PartitionTask): PartitionTask {
  let hasInput = false;
  return {
    restoreFrom: () => task.restoreFrom(),
    restore: (records) => task.restore(records),
    inputFrom: () => task.inputFrom(),
    wantsStep: () => task.wantsStep(),
    rolledBack: () => task.rolledBack(),
    close: () => task.close(),
    step: async (records, transaction) => {
      hasInput = records.length > 0;
      await task.step(records, hasInput ? dyingTransaction(transaction) : transaction);
      if (hasInput) reach('stepped');
    },
    committed: async () => {
      if (hasInput) reach('committed');
      await task.committed();
      if (hasInput) reach('kept');
    },
  };
}

function dyingTransaction(transaction: Transaction): Transaction {
  let begun = 0;
  let done = 0;
  return {
    ...transaction,
    append: async (topic, partition, records) => {
      reach(`append ${begun++}`);
      const offset = await transaction.append(topic, partition, records);
      reach(`appended ${done++}`);
      return offset;
    },
  };
}

const log = await openKafkaLog({ brokers: brokers.split(','), clientId: 'dying', prefix });
await openTestMember({ brokers, prefix, log, model: transactionsOnly(null), dir, around: dying });
