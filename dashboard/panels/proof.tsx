import { connection } from '../api/live.ts';
import { durationText } from '../format/duration.ts';
import { countText, rateText } from '../format/number.ts';
import { clockText } from '../format/time.ts';
import { Figure } from '../frame/figure.tsx';
import { isEmpty, type Pipeline, usePipeline } from '../frame/pipeline-context.ts';
import { useShown } from '../state/shown.ts';
import { openSheet } from '../state/use-view.ts';

/** On top of the page: what came in is what was counted, what came twice and what was refused; and how it goes, in words. */
export function ProofPanel() {
  const { state: pipeline } = usePipeline();
  const link = useShown(connection);
  return (
    <section class={`hero ${link.state === 'lost' ? 'stale' : ''}`} aria-labelledby="proof-title" id="proof">
      <h1 id="proof-title" class="unseen">
        The proof
      </h1>
      <Equation pipeline={pipeline} />
      <p class={`status ${link.state === 'lost' ? 'BEHIND' : (pipeline?.status ?? '')}`} role="status">
        {link.state === 'lost' ? lostWords(link.sinceMs) : statusWords(pipeline)}
      </p>
      <dl class="figures">
        <Figure label="lost" hint="Gaps in the ledger: offsets that the log gave out and the warehouse does not hold.">
          <Zero count={pipeline?.ledger.gaps} />
        </Figure>
        <Figure label="counted twice" hint="Offsets that the warehouse holds more than once.">
          <Zero count={pipeline?.ledger.duplicates} />
        </Figure>
        <Figure
          label="freshness p50"
          hint="From the answer to the sender until every question sees the event: half of the events are faster."
        >
          {msText(pipeline?.freshnessMsP50)}
        </Figure>
        <Figure label="freshness p99" hint="All but one of a hundred events are visible after this time.">
          {msText(pipeline?.freshnessMsP99)}
        </Figure>
        <Figure label="events / s" hint="That became visible, over the last ten seconds.">
          {pipeline === null ? '–' : rateText(pipeline.eventsPerSecond)}
        </Figure>
        <Figure
          label="late, last hour"
          hint="Events that came after their windows had been published. They are counted all the same."
        >
          {pipeline === null ? '–' : countText(pipeline.lateLastHour)}
        </Figure>
        <Figure label="live readers" hint="Subscriptions of this process, those of this page among them.">
          {pipeline === null ? '–' : countText(pipeline.subscribers)}
        </Figure>
      </dl>
    </section>
  );
}

const STATUS_WORDS: Readonly<Record<Pipeline['status'], string>> = {
  OK: 'Everything that was acknowledged is counted, once.',
  BEHIND: 'Loading is behind. Events are safe in the log and on their way.',
  READ_ONLY: 'No events are taken at the moment. What is there can be asked for, and nothing acknowledged is lost.',
  DOWN: 'The warehouse does not answer. Events are taken and kept, and counted when it is back.',
};

function statusWords(pipeline: Pipeline | null): string {
  if (pipeline === null) return 'Reading …';
  return pipeline.status === 'OK' && isEmpty(pipeline)
    ? 'Ready. Nothing has come in yet.'
    : STATUS_WORDS[pipeline.status];
}

function lostWords(sinceMs: number): string {
  const time = clockText(new Date(sinceMs).toISOString());
  return `No connection since ${time}. What is shown is from then; it goes on by itself, and nothing is missed.`;
}

function Equation({ pipeline }: { readonly pipeline: Pipeline | null }) {
  const intake = pipeline?.intake;
  const text = (count: number | undefined): string => (count === undefined ? '–' : countText(count));
  return (
    <p class="equation" aria-live="polite" aria-atomic="true">
      <i class="narrow" />
      <Term label="in">{text(intake?.received)}</Term>
      <i class={intake === undefined ? '' : holds(intake) ? 'good' : 'bad'}>
        {intake !== undefined && !holds(intake) ? '≠' : '='}
      </i>
      <Term label="counted">{text(intake?.counted)}</Term>
      <i>+</i>
      <Term label="duplicate">{text(intake?.duplicates)}</Term>
      <i>+</i>
      <Term label="rejected">{text(intake?.rejected)}</Term>
      {intake !== undefined && intake.onTheWay > 0 && (
        <>
          <i>+</i>
          <Term label="on the way">{text(intake.onTheWay)}</Term>
        </>
      )}
    </p>
  );
}

/** What is in the log is in the warehouse, or on its way there. */
function holds({ received, counted, duplicates, rejected, onTheWay }: Pipeline['intake']): boolean {
  return received === counted + duplicates + rejected + onTheWay;
}

function Term({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    <span class="term">
      <b>
        <LedgerLink>{children}</LedgerLink>
      </b>{' '}
      <small>{label}</small>
    </span>
  );
}

function LedgerLink({ children }: { readonly children: string }) {
  return (
    <button type="button" class="number-link" title="The ledger" onClick={() => openSheet({ of: 'ledger' })}>
      {children}
    </button>
  );
}

/** What should be 0: green as long as it is. */
function Zero({ count }: { readonly count: number | undefined }) {
  if (count === undefined) return <span>–</span>;
  return (
    <span class={count === 0 ? 'good' : 'bad'}>
      <LedgerLink>{countText(count)}</LedgerLink>
    </span>
  );
}

function msText(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '–' : durationText(ms);
}
