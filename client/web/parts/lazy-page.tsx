// Owns showing a page whose code is loaded when it is opened.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A page whose code is loaded when it is first shown, or before. */
type LazyPage<Props> = ComponentType<Props> & {
  /** Begins to load the code. A failure is shown only when the page is. */
  readonly preload: () => void;
};

/** A component that loads the page when it is first shown, and is empty until then. A failed load is thrown, for the guard of the page. */
export function lazyPage<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPage<Props> {
  let loaded: ComponentType<Props> | null = null;
  const loadOnce = async (): Promise<ComponentType<Props>> => {
    loaded ??= await load();
    return loaded;
  };
  function Page(props: Props) {
    const [Loaded, setLoaded] = useState<ComponentType<Props> | null>(() => loaded);
    const [failure, setFailure] = useState<{ readonly error: unknown } | null>(null);
    useEffect(() => {
      if (Loaded !== null) return;
      loadOnce().then(
        (page) => setLoaded(() => page),
        (error: unknown) => setFailure({ error }),
      );
    }, [Loaded]);
    if (failure !== null) throw failure.error;
    return Loaded === null ? null : <Loaded {...props} />;
  }
  return Object.assign(Page, { preload: () => void loadOnce().catch(() => {}) });
}
