// Owns which of three views the page shows: sign-in, a page for a user without access, or the application.
import { signal } from '@preact/signals';
import { Provider } from '@urql/preact';
import { useState } from 'preact/hooks';
import { LateResultBanner } from './banner.tsx';
import type { Connection } from './connection/transport.ts';
import { useConnection } from './connection/use-connection.ts';
import { Header } from './header/header.tsx';
import { msg } from './i18n/msg.ts';
import { lazyPage } from './parts/lazy-page.tsx';
import { route } from './route.ts';
import { type Access, deniedAccess, fetchAccess } from './sign-in/access.ts';
import { deniedHeading } from './sign-in/denied-heading.ts';
import { pageKey, removeKey, signOut } from './sign-in/session.ts';
import { SignIn } from './sign-in/sign-in.tsx';
import { SignedIn } from './signed-in.tsx';
import { SkipLink } from './skip-link.tsx';
import { TabTitle } from './tab-title.tsx';

/** Few visits need it: a link from the deployment host needs no second factor. */
const DeniedPage = lazyPage(async () => (await import('./sign-in/denied-page.tsx')).DeniedPage);

const signedOut = signal<Connection>({ state: 'signedOut' });

/** Milliseconds before a new connection after the server closed one because the role of the user changed. */
const reopenDelay = 500;

/** The whole page. Without a page key it shows the sign-in page; with one, the rest over one transport. */
export function App() {
  const key = pageKey.value;
  const denied = deniedAccess.value;
  const { page } = route.value;
  const [notice, setNotice] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const wantedKey = page === 'signIn' || denied !== null ? null : key;
  const connected = useConnection(wantedKey, attempt, (refusedKey) => void onRefused(refusedKey));

  /** The server no longer accepts the key: finds out why. */
  async function onRefused(refusedKey: string): Promise<void> {
    const access = await fetchAccess();
    // A newer key has its own connection, and a page for denied access is shown already.
    if (pageKey.value !== refusedKey || deniedAccess.value !== null) return;
    // The session is valid: the server closed the connection because the role changed.
    if (access?.state === 'in') setTimeout(() => setAttempt((last) => last + 1), reopenDelay);
    else endSession(access);
  }

  function endSession(access: Access | null): void {
    removeKey();
    setNotice(msg(`sign-in-end-${access?.isAmbiguous ? 'ambiguous' : (access?.end ?? 'unknown')}`));
  }

  async function onSignOut(): Promise<void> {
    setNotice(msg('sign-in-signed-out'));
    await signOut().catch(() => setNotice(`${msg('sign-in-signed-out')} ${msg('app-sign-out-failed')}`));
  }

  if (key !== null && denied !== null && page !== 'signIn') {
    return (
      <>
        <SkipLink />
        <Header connection={null} system={null} viewer={null} onSignOut={null} />
        <TabTitle title={msg('app-title-page', deniedHeading(denied))} mark={null} />
        <DeniedPage
          access={denied}
          onSignOut={onSignOut}
          onSessionEnd={() => void fetchAccess().then(endSession)}
        />
      </>
    );
  }
  if (connected === null) {
    return (
      <>
        <SkipLink />
        <Header
          connection={key === null ? signedOut.value : null}
          system={null}
          viewer={null}
          onSignOut={null}
        />
        <TabTitle title={msg('app-title-page', msg('app-title-sign-in'))} mark={null} />
        {/* For example that an answer was not sent, because the session had ended. */}
        <LateResultBanner />
        <SignIn notice={notice} />
      </>
    );
  }
  return (
    <Provider value={connected.client}>
      <SignedIn transport={connected.transport} onSignOut={() => void onSignOut()} />
    </Provider>
  );
}
