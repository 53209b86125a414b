// Owns the sign-in page: the way to the identity provider, the way by a link, and what went wrong on either.
import { useEffect, useState } from 'preact/hooks';
import { Logo } from '../header/logo.tsx';
import { msg } from '../i18n/msg.ts';
import { richMsg } from '../i18n/rich-msg.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { Message } from '../parts/message.tsx';
import { followLink, go, routeOf } from '../route.ts';
import { pageKey, signIn } from './session.ts';
import { arrivalIn, askProviderWay, type ProviderWay, providerPath, signInPath } from './sign-in-way.ts';
import { askStanding } from './standing.ts';

/** How long, in milliseconds, before a provider that does not answer is asked after again. */
const askAgain = 10_000;

/** @param notice why this page is shown in place of another one, or null */
export function SignIn({ notice }: { notice: string | null }) {
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [next, setNext] = useState(() => arrivalIn(location).next);
  const provider = useProvider();
  const signedIn = pageKey.value !== null;

  useEffect(() => {
    const ending = new AbortController();
    const arrive = async (): Promise<void> => {
      const arrival = arrivalIn(location);
      setNext(arrival.next);
      if (arrival.problem !== null) {
        setProblem(problemInWords(arrival.problem));
        // Said once is enough: whoever loads the page again is here to sign in.
        history.replaceState(null, '', signInPath(arrival.next));
      }
      if (arrival.code === null) return;
      setWorking(true);
      setProblem(null);
      try {
        const result = await signIn(arrival.code, ending.signal);
        // Spent or useless, the code has no place in the history.
        history.replaceState(null, '', signInPath(arrival.next));
        if (result.done) {
          await askStanding();
          goOn(arrival.next);
        } else setProblem(result.message ?? msg('sign-in-refused'));
      } catch {
        if (!ending.signal.aborted) setProblem(msg('sign-in-failed'));
      }
      setWorking(false);
    };
    void arrive();
    // Another link opened in the same tab only changes the fragment.
    const again = (): void => void arrive();
    addEventListener('hashchange', again);
    return () => {
      ending.abort();
      removeEventListener('hashchange', again);
    };
  }, []);

  return (
    <main class="narrow sign-in" id="content" tabIndex={-1}>
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
    </main>
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

/** Goes where somebody wanted to go. What is no page of ours (a raw log, GraphiQL) is loaded. */
function goOn(next: string): void {
  const { pathname, search } = new URL(next, location.href);
  if (routeOf(pathname, search).page === 'notFound') location.replace(next);
  else go(next, true);
}

/** The identity provider; null until it is known, and where there is none. */
function useProvider(): ProviderWay | null {
  const [provider, setProvider] = useState<ProviderWay | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const found = await askProviderWay(ending.signal);
        setProvider(found);
        if (found === null || found.available) return;
      } catch {
        // The server does not answer, which is said when somebody wants something of it.
        if (ending.signal.aborted) return;
      }
      timer = setTimeout(() => void ask(), askAgain);
    };
    void ask();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, []);
  return provider;
}
