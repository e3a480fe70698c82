import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component whose code comes when it is first shown. A server that was started anew may have other files: then the page has to be loaded again. */
export function onDemand<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let Loaded: ComponentType<Props> | null = null;
  return function OnDemand(props: Props) {
    const [, setCame] = useState(Loaded !== null);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (Loaded !== null) return;
      load().then(
        (component) => {
          Loaded = component;
          setCame(true);
        },
        () => setFailed(true),
      );
    }, []);
    if (Loaded !== null) return <Loaded {...props} />;
    return failed ? (
      <p class="problem" role="status">
        The server has another version of this page: load it again.
      </p>
    ) : (
      <p class="hint">Reading …</p>
    );
  };
}
