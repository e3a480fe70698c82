/** The order in which a pattern sees events: by time, of equal times by id, of equal ids (of two kinds) by topic. Below 0, 0 or above 0. */
export function inOrder(a: Place, b: Place): number {
  if (a.timeUs !== b.timeUs) return a.timeUs - b.timeUs;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.topic === b.topic ? 0 : a.topic < b.topic ? -1 : 1;
}

export interface Place {
  readonly timeUs: number;
  readonly id: string;
  readonly topic: string;
}
