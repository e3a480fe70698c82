import { ask } from '../api/ask.ts';
import { countText } from '../format/number.ts';
import { ledgerQuery } from '../generated/operations.ts';
import { useAnswer } from '../state/use-answer.ts';
import { AskYourself } from './ask-yourself.tsx';

/** The proof, partition by partition: what the log gave out, and what of it the warehouse holds. */
export function LedgerSheetContent() {
  const { state, error } = useAnswer('ledger', (signal) => ask(ledgerQuery, {}, signal));
  const ledger = state?.ledger ?? null;
  return (
    <>
      <h2 id="sheet-title">The ledger</h2>
      <p class="hint">
        The log numbers every event of a partition. The warehouse keeps the numbers with the events, so that it can be
        counted at any time what is missing and what is there twice.
      </p>
      {error !== null && (
        <p class="problem" role="status">
          {error.message} <code>{error.code}</code>
        </p>
      )}
      {ledger !== null && (
        <>
          <p class="figure-text">
            {countText(ledger.gaps)} <small>lost,</small> {countText(ledger.duplicates)} <small>twice, of</small>{' '}
            {countText(ledger.expected)}
          </p>
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">Partition</th>
                <th scope="col" class="number">
                  In the log to
                </th>
                <th scope="col" class="number">
                  Loaded to
                </th>
                <th scope="col" class="number">
                  On the way
                </th>
              </tr>
            </thead>
            <tbody>
              {ledger.partitions.map(({ topic, partition, lastOffset, loadedOffset, lag }) => (
                <tr key={`${topic}/${partition}`}>
                  <th scope="row">
                    {topic}/{partition}
                  </th>
                  <td class="number">{countText(Number(lastOffset))}</td>
                  <td class="number">{countText(Number(loadedOffset))}</td>
                  <td class="number">{countText(lag)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <AskYourself operation={ledgerQuery} variables={{}} />
    </>
  );
}
