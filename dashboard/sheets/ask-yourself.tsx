import { curlLine, operationText } from '../api/curl-line.ts';
import type { Operation } from '../api/operation.ts';
import { CopyButton } from '../frame/copy-button.tsx';

interface AskYourselfProps<Data, Variables> {
  readonly operation: Operation<Data, Variables>;
  readonly variables: Variables;
}

/** The same question for who wants to ask it without this page. */
export function AskYourself<Data, Variables>({ operation, variables }: AskYourselfProps<Data, Variables>) {
  return (
    <section aria-labelledby="ask-title">
      <h3 id="ask-title">Ask it yourself</h3>
      <Command label="In a terminal" text={curlLine(operation, variables, location.origin)} />
      <Command label="As GraphQL" text={operationText(operation, variables)} />
    </section>
  );
}

function Command({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <figure class="command">
      <figcaption>{label}</figcaption>
      <pre>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} />
    </figure>
  );
}
