/** Requests name each topic once, with what is said of its partitions. */
export function byTopic<Place extends { readonly topic: string }>(
  places: readonly Place[],
): readonly { readonly topic: string; readonly partitions: readonly Place[] }[] {
  const topics = new Map<string, Place[]>();
  for (const place of places) {
    const known = topics.get(place.topic);
    if (known === undefined) topics.set(place.topic, [place]);
    else known.push(place);
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
}
