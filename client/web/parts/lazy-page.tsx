// Owns showing a page whose code is loaded when it is opened.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component that loads the page when it is first shown, and is empty until then. A failed load is thrown, for the guard of the page. */
export function lazyPage<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function LazyPage(props: Props) {
    const [Page, setPage] = useState<ComponentType<Props> | null>(() => loaded);
    const [failure, setFailure] = useState<{ readonly error: unknown } | null>(null);
    useEffect(() => {
      if (Page !== null) return;
      load().then(
        (page) => {
          loaded = page;
          setPage(() => page);
        },
        (error: unknown) => setFailure({ error }),
      );
    }, [Page]);
    if (failure !== null) throw failure.error;
    return Page === null ? null : <Page {...props} />;
  };
}
