// Owns the sign-in page: sign-in by a link or at the identity provider, and the errors of both.
import { useEffect, useState } from 'preact/hooks';
import { harmlessLabel, harmlessName } from '../../../schema/text/harmless.ts';
import { addressOf } from '../base-path.ts';
import { Logo } from '../header/logo.tsx';
import { msg } from '../i18n/msg.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Message } from '../parts/message.tsx';
import { NarrowPage } from '../parts/narrow-page.tsx';
import { Status } from '../parts/status.tsx';
import { followLink, go, homePath, routeOf } from '../route.ts';
import { fetchAccess } from './access.ts';
import { pageKey, signIn } from './session.ts';
import { beginProof } from './sign-in-proof.ts';
import { fetchProvider, type Provider, parseArrival, providerPath, signInPath } from './sign-in-way.ts';
import './sign-in.css';

/** Milliseconds before the page checks again whether an unavailable provider is back. */
const checkInterval = 10_000;

/** Prints a sign-in link on the deployment host. */
const command = 'spiderpig login';

/** @param notice why this page is shown instead of another one, or null */
export function SignIn({ notice }: { notice: string | null }) {
  const { working, problem, asking, next, accept, decline } = useArrival();
  const provider = useProvider();
  const signedIn = pageKey.value !== null;
  return (
    <NarrowPage name="sign-in">
      <Logo size={96} />
      <h1>{msg('sign-in-heading')}</h1>
      {working && <Status>{msg('sign-in-working')}</Status>}
      {problem !== null && <Message tone="error">{problem}</Message>}
      {problem === null && notice !== null && <Message tone="notice">{notice}</Message>}
      {asking !== null && <AskToChange user={asking} onAccept={accept} onDecline={decline} />}
      {signedIn && !working && asking === null && (
        <p>
          {msg('sign-in-still-in')}{' '}
          <a href={homePath()} onClick={followLink}>
            {msg('parts-not-found-back')}
          </a>
        </p>
      )}
      {provider !== null && asking === null && <ProviderLink provider={provider} next={next} />}
      <p>{msg('sign-in-intro')}</p>
      <p class="sign-in__command">
        <code>{command}</code>
        <CopyButton words={command} label={msg('sign-in-second-factor-copy')} />
      </p>
      <p class="hint">{msg('sign-in-link-hint')}</p>
    </NarrowPage>
  );
}

/**
 * Asks before a link replaces the session of this browser, in all tabs: anybody can send a link.
 * @param user who is signed in; empty when not known
 */
function AskToChange({
  user,
  onAccept,
  onDecline,
}: {
  user: string;
  onAccept: () => void;
  onDecline: () => void;
}) {
  return (
    <section class="sign-in__change" aria-label={msg('sign-in-change-yes')}>
      <Message tone="warning">
        {user === '' ? msg('sign-in-change-ask-unknown') : msg('sign-in-change-ask', harmlessName(user))}
      </Message>
      <p class="sign-in__choices">
        <button type="button" class="cdx-button" onClick={onDecline}>
          {msg('sign-in-change-no')}
        </button>
        <button type="button" class="cdx-button cdx-button--action-destructive" onClick={onAccept}>
          {msg('sign-in-change-yes')}
        </button>
      </p>
    </section>
  );
}

function ProviderLink({ provider, next }: { provider: Provider; next: string }) {
  return (
    <>
      {!provider.available && (
        <Message tone="warning">{msg('sign-in-unavailable', harmlessLabel(provider.name))}</Message>
      )}
      <a
        class="cdx-button cdx-button--fake-button cdx-button--fake-button--enabled cdx-button--action-progressive cdx-button--weight-primary cdx-button--size-large"
        href={providerPath(next)}
        onClick={(event) => {
          // In another tab, the server sends that tab here first, so that it makes its own secret.
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          void goToProvider(next);
        }}
      >
        {msg('sign-in-provider', harmlessLabel(provider.name))}
      </a>
      <h2 class="section-heading">{msg('sign-in-by-link')}</h2>
    </>
  );
}

async function goToProvider(next: string): Promise<void> {
  location.assign(providerPath(next, await beginProof()));
}

/** What the URL asks for, and how far it is done. */
interface ArrivalState {
  readonly working: boolean;
  readonly problem: string | null;
  /** The signed-in user (empty if not known) whom the page asks whether to use the link; null if it does not ask. */
  readonly asking: string | null;
  readonly next: string;
  /** Uses the link. */
  readonly accept: () => void;
  /** Stays signed in. */
  readonly decline: () => void;
}

/** Does what the URL asks for: now, and when another link is opened in the same tab, which only changes the fragment. */
function useArrival(): ArrivalState {
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [asking, setAsking] = useState<{ readonly user: string; readonly code: string } | null>(null);
  const [next, setNext] = useState(() => parseArrival(location).next);

  const redeem = async (code: string, wanted: string): Promise<void> => {
    setAsking(null);
    setWorking(true);
    setProblem(null);
    const failure = await redeemCode(code, wanted);
    setProblem(failure);
    setWorking(false);
  };
  const arrive = async (): Promise<void> => {
    const arrival = parseArrival(location);
    setNext(arrival.next);
    // Removed from the URL, so that a reload does not show the problem or leave again.
    if (arrival.problem !== null || arrival.startsProvider)
      history.replaceState(null, '', signInPath(arrival.next));
    if (arrival.problem !== null) setProblem(problemInWords(arrival.problem));
    if (arrival.startsProvider) await goToProvider(arrival.next);
    if (arrival.code === null) return;
    if (pageKey.value === null) return await redeem(arrival.code, arrival.next);
    const access = await fetchAccess();
    // The session has ended: nobody is signed in.
    if (access?.state === 'out') await redeem(arrival.code, arrival.next);
    else setAsking({ user: access?.user ?? '', code: arrival.code });
  };

  useEffect(() => {
    const onHashChange = (): void => void arrive();
    onHashChange();
    addEventListener('hashchange', onHashChange);
    return () => removeEventListener('hashchange', onHashChange);
  }, []);

  return {
    working,
    problem,
    asking: asking?.user ?? null,
    next,
    accept: () => void (asking && redeem(asking.code, next)),
    decline: () => {
      setAsking(null);
      continueTo(next);
    },
  };
}

/** Signs in with a code, then opens `next`. Returns why it failed; null if it did not. */
async function redeemCode(code: string, next: string): Promise<string | null> {
  try {
    const result = await signIn(code);
    // The code was used or is invalid: it must not stay in the history.
    history.replaceState(null, '', signInPath(next));
    if (!result.done) return result.message ?? msg('sign-in-refused');
    await fetchAccess();
    continueTo(next);
    return null;
  } catch {
    return msg('sign-in-failed');
  }
}

/** The reasons that the server gives for a failed sign-in, see server/sign-in/provider-sign-in.ts. */
const problems = [
  'attempt',
  'denied',
  'refused',
  'answer',
  'slow',
  'large',
  'web-page',
  'name',
  'taken',
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
  if (routeOf(pathname, search).page === 'notFound') location.replace(addressOf(next));
  else go(addressOf(next), true);
}

/** The identity provider; null until it is loaded, or when none exists. */
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
