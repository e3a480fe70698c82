import { useEffect, useState } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import { countText } from '../format/number.ts';
import { Figure } from '../frame/figure.tsx';
import { type ProofQuery, proofQuery } from '../generated/operations.ts';

/** On top of the page: what came in is what was counted, what came twice and what was refused. */
export function ProofPanel() {
  const [proof, setProof] = useState<ProofQuery | null>(null);
  useEffect(() => {
    const timer = setInterval(() => ask(proofQuery, {}).then(setProof, () => {}), 1000);
    return () => clearInterval(timer);
  }, []);
  const seen = proof?.ledger?.seen ?? 0;
  const rejected = proof?.rejected?.totalCount ?? 0;
  return (
    <section class="hero" aria-label="The proof" aria-live="polite">
      <p class="equation">
        <Term label="in">{countText(seen + rejected)}</Term> <i>=</i> <Term label="counted">{countText(seen)}</Term>{' '}
        <i>+</i> <Term label="rejected">{countText(rejected)}</Term>
      </p>
      <dl class="figures">
        <Figure label="ledger gaps">{countText(proof?.ledger?.gaps ?? 0)}</Figure>
        <Figure label="counted twice">{countText(proof?.ledger?.duplicates ?? 0)}</Figure>
      </dl>
    </section>
  );
}

function Term({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    <span class="term">
      <b>{children}</b>
      <small>{label}</small>
    </span>
  );
}
