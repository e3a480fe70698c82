/** What is needed to know of ClickHouse's consumer groups, and the only thing that is ever changed about them. */
export interface WarehouseGroups {
  /** By partition the next offset that the group will take. A partition is absent for which it has committed nothing. */
  nextOffsets(group: string, topic: string): Promise<ReadonlyMap<number, bigint>>;
  /** Makes it go on from here. Waits until the group has no members. */
  moveTo(group: string, topic: string, next: ReadonlyMap<number, bigint>): Promise<void>;
}

/** A group a topic: who opens or closes one queue table does not make the others stop and share out their partitions anew. */
export function warehouseGroup(topic: string): string {
  return `lakegate-warehouse-${topic}`;
}
