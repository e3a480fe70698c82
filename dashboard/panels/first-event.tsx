import { useState } from 'preact/hooks';
import type { Kind } from '../api/kinds.ts';
import { pageStart } from '../api/page-start.ts';
import { CopyButton } from '../frame/copy-button.tsx';

/** In the place of the numbers while there are none: how to send the first event. */
export function FirstEvent({ kinds }: { readonly kinds: readonly Kind[] }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const kind = kinds.find(({ name }) => name === chosen) ?? kinds[0];
  if (kind === undefined) return <p class="hint">No kind of event is declared yet.</p>;
  const command = pageStart.examples[kind.name] ?? '';
  return (
    <section class="first" aria-labelledby="first-title">
      <h2 id="first-title">Send the first event</h2>
      <p>Paste this line into a terminal. This page comes alive when the event arrives.</p>
      {kinds.length > 1 && <KindChooser kinds={kinds} chosen={kind} choose={setChosen} />}
      <div class="command">
        <pre>
          <code>{command}</code>
        </pre>
        <CopyButton text={command} />
      </div>
      <p class="hint">
        What an event of this kind may hold: <a href={`/schema/${kind.singular}.json`}>/schema/{kind.singular}.json</a>.
        By GraphQL: <a href="/graphql">/graphql</a>. For a stream of invented events start with{' '}
        <code>npm run demo</code>.
      </p>
    </section>
  );
}

interface KindChooserProps {
  readonly kinds: readonly Kind[];
  readonly chosen: Kind;
  readonly choose: (name: string) => void;
}

function KindChooser({ kinds, chosen, choose }: KindChooserProps) {
  return (
    <fieldset class="ranges inline">
      <legend class="unseen">Kind of event</legend>
      {kinds.map(({ name, singular }) => (
        <label key={name}>
          <input type="radio" name="kind" checked={name === chosen.name} onChange={() => choose(name)} />
          <span>{singular}</span>
        </label>
      ))}
    </fieldset>
  );
}
