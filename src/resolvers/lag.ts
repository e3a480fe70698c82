import type { PartitionLag, ReaderGroup } from '../warehouse/lag.ts';
import type { ReaderGroup as GroupName } from './generated/schema-types.ts';

/** `lag`: of every reader, topic and partition. */
export function lagResolver(readLag: () => Promise<readonly PartitionLag[]>) {
  return async () => (await readLag()).map(({ group, ...lag }) => ({ ...lag, group: GROUP_NAMES[group] }));
}

const GROUP_NAMES: Readonly<Record<ReaderGroup, GroupName>> = { admission: 'ADMISSION', warehouse: 'WAREHOUSE' };
