import { useEffect, useState } from 'preact/hooks';
import { durationText } from '../format/duration.ts';
import { countText } from '../format/number.ts';
import { type Pipeline, usePipeline } from '../frame/pipeline-context.ts';

interface Killed {
  readonly atMs: number;
  /** How many were counted by then: more are counted only by the next engine. */
  readonly counted: number;
}

/** In a demo: a button that kills the engine of the warehouse, and what becomes of the events that come meanwhile. */
export function DemoControls() {
  const { state: pipeline } = usePipeline();
  const [killed, setKilled] = useState<Killed | null>(null);
  const [backMs, setBackMs] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);
  const isBack = killed !== null && pipeline !== null && goesOn(pipeline, killed);
  useEffect(() => {
    if (killed !== null && isBack && backMs === null) setBackMs(Date.now() - killed.atMs);
  }, [isBack, killed]);
  const kill = async (): Promise<void> => {
    setFailed(false);
    setBackMs(null);
    setKilled({ atMs: Date.now(), counted: pipeline?.intake.counted ?? 0 });
    if (await killEngine()) return;
    setKilled(null);
    setFailed(true);
  };
  const isDown = killed !== null && backMs === null;
  return (
    <section class="demo" aria-label="Demo">
      <button type="button" disabled={isDown || pipeline === null} onClick={() => void kill()}>
        {isDown ? 'Engine killed' : 'Kill the engine'}
      </button>
      <p role="status">{demoWords(pipeline, { isDown, backMs, failed })}</p>
    </section>
  );
}

function goesOn({ status, intake }: Pipeline, { counted }: Killed): boolean {
  return status === 'OK' && intake.counted > counted;
}

interface Standing {
  readonly isDown: boolean;
  readonly backMs: number | null;
  readonly failed: boolean;
}

function demoWords(pipeline: Pipeline | null, { isDown, backMs, failed }: Standing): string {
  if (failed) return 'There was no engine to kill. Try again in a moment.';
  if (isDown)
    return `The warehouse is down. The log keeps taking events: ${countText(pipeline?.lag ?? 0)} wait for it.`;
  if (backMs === null) return 'This is a demo. Kill the engine of the warehouse, and watch that nothing gets lost.';
  const { gaps = 0, duplicates = 0 } = pipeline?.ledger ?? {};
  return `Back, and caught up after ${durationText(backMs)}: lost ${countText(gaps)}, counted twice ${countText(duplicates)}.`;
}

/** False if it could not be done. */
async function killEngine(): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  try {
    const answer = await fetch('/demo/kill-engine', { method: 'POST', headers, body: '{}' });
    return answer.ok && ((await answer.json()) as { readonly killed: boolean }).killed;
  } catch {
    return false;
  }
}
