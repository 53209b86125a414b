// Owns the sign-in page: sign-in by a link or at the identity provider, and the errors of both.

import { useEffect, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import { Logo } from '../header/logo.tsx';
import { msg } from '../i18n/msg.ts';
import { richMsg } from '../i18n/rich-msg.tsx';
import { Message } from '../parts/message.tsx';
import { NarrowPage } from '../parts/narrow-page.tsx';
import { followLink, go, routeOf } from '../route.ts';
import { fetchAccess } from './access.ts';
import { pageKey, signIn } from './session.ts';
import { fetchProvider, type Provider, parseArrival, providerPath, signInPath } from './sign-in-way.ts';

/** Milliseconds before the page checks again whether an unavailable provider is back. */
const checkInterval = 10_000;

/** @param notice why this page is shown instead of another one, or null */
export function SignIn({ notice }: { notice: string | null }) {
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [next, setNext] = useState(() => parseArrival(location).next);
  const provider = useProvider();
  const signedIn = pageKey.value !== null;

  useEffect(() => {
    const unmounted = new AbortController();
    const arrive = async (): Promise<void> => {
      const arrival = parseArrival(location);
      setNext(arrival.next);
      if (arrival.problem !== null) {
        setProblem(problemInWords(arrival.problem));
        // Removed from the URL, so that a reload does not show the problem again.
        history.replaceState(null, '', signInPath(arrival.next));
      }
      if (arrival.code === null) return;
      setWorking(true);
      setProblem(null);
      try {
        const result = await signIn(arrival.code, unmounted.signal);
        // The code was used or is invalid: it must not stay in the history.
        history.replaceState(null, '', signInPath(arrival.next));
        if (result.done) {
          await fetchAccess();
          continueTo(arrival.next);
        } else setProblem(result.message ?? msg('sign-in-refused'));
      } catch {
        if (!unmounted.signal.aborted) setProblem(msg('sign-in-failed'));
      }
      setWorking(false);
    };
    void arrive();
    // Opening another link in the same tab only changes the fragment.
    const onHashChange = (): void => void arrive();
    addEventListener('hashchange', onHashChange);
    return () => {
      unmounted.abort();
      removeEventListener('hashchange', onHashChange);
    };
  }, []);

  return (
    <NarrowPage name="sign-in">
      <Logo size={96} />
      <h1>{msg('sign-in-heading')}</h1>
      {working && <p role="status">{msg('sign-in-working')}</p>}
      {problem !== null && <Message tone="error">{problem}</Message>}
      {problem === null && notice !== null && <Message tone="notice">{notice}</Message>}
      {signedIn && !working && (
        <p>
          {msg('sign-in-still-in')}{' '}
          <a href="/" onClick={followLink}>
            {msg('parts-not-found-back')}
          </a>
        </p>
      )}
      {provider !== null && (
        <>
          {!provider.available && (
            <Message tone="warning">{msg('sign-in-unavailable', harmlessLabel(provider.name))}</Message>
          )}
          <a
            class="cdx-button cdx-button--fake-button cdx-button--fake-button--enabled cdx-button--action-progressive cdx-button--weight-primary cdx-button--size-large"
            href={providerPath(next)}
          >
            {msg('sign-in-provider', harmlessLabel(provider.name))}
          </a>
          <h2 class="section-heading">{msg('sign-in-by-link')}</h2>
        </>
      )}
      <p>{richMsg('sign-in-intro', <code>spiderpig login</code>)}</p>
    </NarrowPage>
  );
}

/** The reasons that the server gives for a failed sign-in, see server/sign-in/provider-sign-in.ts. */
const problems = [
  'attempt',
  'denied',
  'refused',
  'answer',
  'name',
  'unavailable',
  'busy',
  'database',
  'none',
] as const;

/** The sentence for a reason. The reason comes from the address, so it can be anything. */
export function problemInWords(reason: string): string {
  const known = problems.find((each) => each === reason);
  return msg(`sign-in-problem-${known ?? 'other'}`);
}

/** Opens a path. One that is not a page of the client (a raw log, GraphiQL) is loaded from the server. */
function continueTo(next: string): void {
  const { pathname, search } = new URL(next, location.href);
  if (routeOf(pathname, search).page === 'notFound') location.replace(next);
  else go(next, true);
}

/** The identity provider; null until it is loaded, or when there is none. */
function useProvider(): Provider | null {
  const [provider, setProvider] = useState<Provider | null>(null);
  useEffect(() => {
    const unmounted = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const check = async (): Promise<void> => {
      try {
        const found = await fetchProvider(unmounted.signal);
        setProvider(found);
        if (found === null || found.available) return;
      } catch {
        // The server does not answer. The page shows that when the user signs in.
        if (unmounted.signal.aborted) return;
      }
      timer = setTimeout(() => void check(), checkInterval);
    };
    void check();
    return () => {
      unmounted.abort();
      clearTimeout(timer);
    };
  }, []);
  return provider;
}
