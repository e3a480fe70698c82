import { Histogram, type Registry } from 'prom-client';
import { covers, type Version } from '../../model/version.ts';
import type { Progress } from '../../warehouse/progress.ts';

/**
 * How long it takes from an answer until its events can be queried. At most one answer of a topic is watched at a time, and watching hurries
 * nobody: what is measured is what a client meets that does not wait.
 */
export function measureVisible(
  registry: Registry,
  progress: Progress,
  onMeasured: (ms: number) => void,
): (admitted: Version) => void {
  const seconds = new Histogram({
    name: 'lakegate_visible_seconds',
    help: 'From the verdicts of events until they are visible in every table; of a sample.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
    registers: [registry],
  });
  const watched = new Map<string, () => boolean>();
  progress.onAdvance((topic) => {
    if (watched.get(topic)?.() === true) watched.delete(topic);
  });
  return (admitted) => {
    for (const topic of admitted.offsets.keys()) {
      if (watched.has(topic)) continue;
      const end = seconds.startTimer();
      const seen = () => {
        if (!covers(progress.version([topic]), only(topic, admitted))) return false;
        onMeasured(end() * 1000);
        return true;
      };
      if (!seen()) watched.set(topic, seen);
    }
  };
}

function only(topic: string, { offsets }: Version): Version {
  return { offsets: new Map([[topic, offsets.get(topic) ?? new Map<number, bigint>()]]), watermarksMs: new Map() };
}
