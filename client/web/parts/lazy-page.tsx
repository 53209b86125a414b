// Owns showing a page, or a part of one, whose code is loaded when it is opened.
import type { ComponentType, VNode } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Message } from './message.tsx';

/** A page whose code is loaded when it is first shown, or before. */
type LazyPage<Props> = ComponentType<Props> & {
  /** Begins to load the code. A failure is shown only when the page is. */
  readonly preload: () => void;
  /** The same once the browser has nothing else to do. Returns how to give that up, for an effect. */
  readonly preloadLater: () => () => void;
};

/** A component that loads the page when it is first shown, and is empty until then. A failed load is thrown, for the guard of the page. */
export const lazyPage = <Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPage<Props> =>
  lazyComponent(load, (error) => {
    throw error;
  });

/** The same for a part of a page: when its code does not arrive, for example after an upgrade of the server, the rest of the page stays. */
export const lazyPart = <Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPage<Props> =>
  lazyComponent(load, () => (
    <Message tone="error" inline>
      {msg('parts-lazy-failed')}
    </Message>
  ));

/** @param onFailure renders a failed load, or throws it */
function lazyComponent<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  onFailure: (error: unknown) => VNode,
): LazyPage<Props> {
  let loaded: ComponentType<Props> | null = null;
  const loadOnce = async (): Promise<ComponentType<Props>> => {
    loaded ??= await load();
    return loaded;
  };
  function Page(props: Props) {
    const [Loaded, setLoaded] = useState<ComponentType<Props> | null>(() => loaded);
    const [failure, setFailure] = useState<{ readonly error: unknown } | null>(null);
    useLayoutEffect(() => {
      if (Loaded !== null) return;
      loadOnce().then(
        (page) => setLoaded(() => page),
        (error: unknown) => setFailure({ error }),
      );
    }, [Loaded]);
    if (failure !== null) return onFailure(failure.error);
    return Loaded === null ? null : <Loaded {...props} />;
  }
  const preload = (): void => void loadOnce().catch(() => {});
  return Object.assign(Page, { preload, preloadLater: () => whenIdle(preload) });
}

/** The longest time that something waits for an idle moment, in milliseconds. */
const longestWait = 3_000;
/** How long it waits in a browser that does not say when it is idle. */
const usualWait = 500;

/** Calls `work` once the browser has nothing else to do. Returns how to give that up. */
function whenIdle(work: () => void): () => void {
  // Safari has no such function.
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(work, usualWait);
    return () => clearTimeout(timer);
  }
  const request = requestIdleCallback(work, { timeout: longestWait });
  return () => cancelIdleCallback(request);
}
