import { useEffect, useMemo, useState } from 'preact/hooks';
import { ask } from './api/ask.ts';
import { type Kind, kindOf } from './api/kinds.ts';
import { pageStart } from './api/page-start.ts';
import { Header } from './frame/header.tsx';
import { KeyboardShortcuts } from './frame/keyboard-shortcuts.tsx';
import { KindsContext } from './frame/kinds-context.ts';
import { isEmpty, PipelineContext, useReadPipeline } from './frame/pipeline-context.ts';
import { kindsQuery } from './generated/operations.ts';
import { DemoControls } from './panels/demo.tsx';
import { FirstEvent } from './panels/first-event.tsx';
import { panelsOf } from './panels/panels.tsx';
import { ProofPanel } from './panels/proof.tsx';
import { SheetDialog } from './sheets/sheet-dialog.tsx';
import { useTheme } from './state/use-theme.ts';
import { useView } from './state/use-view.ts';

/** The whole page: the proof on top, then what is known of the sample kinds, then every declared kind. */
export function App() {
  useTheme(useView().theme);
  const kinds = useKinds();
  const panels = useMemo(() => panelsOf(kinds).map(({ id, Show }) => <Show key={id} />), [kinds]);
  const pipeline = useReadPipeline();
  const known = pipeline.state !== null || pipeline.error !== null;
  const nothingYet = pipeline.state !== null && isEmpty(pipeline.state);
  return (
    <KindsContext.Provider value={kinds}>
      <PipelineContext.Provider value={pipeline}>
        <a class="skip" href="#panels">
          Skip to the numbers
        </a>
        <Header />
        <main>
          <ProofPanel />
          {pageStart.demo && <DemoControls />}
          <div id="panels" class="panels" tabIndex={-1}>
            {nothingYet && kinds.length > 0 && <FirstEvent kinds={kinds} />}
            {known && !nothingYet && panels}
          </div>
        </main>
        <KeyboardShortcuts />
        <SheetDialog />
      </PipelineContext.Provider>
    </KindsContext.Provider>
  );
}

/** Empty until they are known. A server that does not answer yet is asked until it does. */
function useKinds(): readonly Kind[] {
  const [kinds, setKinds] = useState<readonly Kind[]>([]);
  useEffect(() => {
    let again: ReturnType<typeof setTimeout> | undefined;
    const read = (): void => {
      ask(kindsQuery, {}).then(
        (data) => setKinds((data.kinds ?? []).map(kindOf)),
        () => {
          again = setTimeout(read, AGAIN_MS);
        },
      );
    };
    read();
    return () => clearTimeout(again);
  }, []);
  return kinds;
}

const AGAIN_MS = 2_000;
