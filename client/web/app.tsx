// Owns the frame of every page: header, banner, which page is shown, the title of the tab. Owns no page.
import { signal } from '@preact/signals';
import { type Client, Provider, useQuery, useSubscription } from '@urql/preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { JobDetailFragment } from '../generated/graphql.ts';
import { Account } from './account/account.tsx';
import { AdminPage } from './admin/admin-page.tsx';
import { isDatabaseError, openClient } from './connection/client.ts';
import { type Connection, Transport } from './connection/transport.ts';
import favicon from './favicon.svg';
import faviconAsks from './favicon-asks.svg';
import { Header, type System } from './header/header.tsx';
import { enumMsg, msg } from './i18n/msg.ts';
import { JobPage } from './job/job-page.tsx';
import { Overview } from './overview/overview.tsx';
import { Held, HoldBanner, holdInWords } from './parts/hold.tsx';
import { Message } from './parts/message.tsx';
import { NotFound } from './parts/not-found.tsx';
import { onChange } from './parts/on-change.ts';
import { onPageShown, pageVisible } from './parts/page-visibility.ts';
import { secondInUtc } from './parts/time.ts';
import { retentionInWords } from './retention.ts';
import { route } from './route.ts';
import { Banned } from './sign-in/banned.tsx';
import { NoGroup } from './sign-in/no-group.tsx';
import { SecondFactorPage } from './sign-in/second-factor-page.tsx';
import { forget, pageKey, signOut } from './sign-in/session.ts';
import { SignIn } from './sign-in/sign-in.tsx';
import { askStanding, outside, type Standing } from './sign-in/standing.ts';
import { SystemUpdatesSubscription, ViewerQuery } from './system.graphql.ts';

const signedOut = signal<Connection>({ state: 'signedOut' });

/** Everything. Without a key only the sign-in page; with one, the rest over one transport. */
export function App() {
  const key = pageKey.value;
  const place = route.value;
  const [notice, setNotice] = useState<string | null>(null);
  const kept = outside.value;
  const [turn, setTurn] = useState(0);
  const wanted = place.page === 'signIn' || kept !== null ? null : key;
  const connected = useConnection(wanted, turn, (refusedKey) => void refused(refusedKey));

  /** The server does not take the key any more: it asks what has become of its owner. */
  async function refused(refusedKey: string): Promise<void> {
    const standing = await askStanding();
    // Another key came meanwhile, and with it another connection.
    if (pageKey.value !== refusedKey || outside.value !== null) return;
    // Let in all the same, with another role perhaps: the server closed what was open with the old one.
    if (standing?.standing === 'in') setTimeout(() => setTurn((last) => last + 1), 500);
    else signedOutBy(standing);
  }

  function signedOutBy(standing: Standing | null): void {
    forget();
    setNotice(msg(`sign-in-end-${standing?.end ?? 'unknown'}`));
  }

  /** Ends the session; the notice says how that went. */
  async function leave(): Promise<void> {
    setNotice(msg('sign-in-signed-out'));
    await signOut().catch(() => setNotice(`${msg('sign-in-signed-out')} ${msg('app-sign-out-failed')}`));
  }

  if (key !== null && kept !== null && place.page !== 'signIn') {
    const half = kept.standing === 'half' ? kept.secondFactor : null;
    const heading =
      half !== null
        ? msg('sign-in-second-factor-heading')
        : kept.standing === 'banned'
          ? msg('sign-in-banned-heading')
          : msg('sign-in-no-group-heading');
    return (
      <>
        <SkipLink />
        <Header connection={null} system={null} viewer={null} onSignOut={null} />
        <Titled title={msg('app-title-page', heading)} asks={false}>
          {half !== null ? (
            <SecondFactorPage
              standing={kept}
              factor={half}
              onSignOut={leave}
              onGone={() => void askStanding().then(signedOutBy)}
            />
          ) : kept.standing === 'banned' ? (
            <Banned standing={kept} onSignOut={leave} />
          ) : (
            <NoGroup standing={kept} onSignOut={leave} />
          )}
        </Titled>
      </>
    );
  }
  if (connected === null) {
    return (
      <>
        <SkipLink />
        <Header connection={signedOut.value} system={null} viewer={null} onSignOut={null} />
        <Titled title={msg('app-title-page', msg('app-title-sign-in'))} asks={false}>
          <SignIn notice={notice} />
        </Titled>
      </>
    );
  }
  return (
    <Provider value={connected.client}>
      <SignedIn transport={connected.transport} onSignOut={() => void leave()} />
    </Provider>
  );
}

interface Connected {
  readonly transport: Transport;
  readonly client: Client;
}

/**
 * A transport and a client for as long as they are wanted.
 * @param wanted the key they are for; null: none are wanted. Another key is another session, or the same with other secrets
 * @param turn another number: the same again
 */
function useConnection(
  wanted: string | null,
  turn: number,
  onRefused: (key: string) => void,
): Connected | null {
  const connected = useMemo<Connected | null>(() => {
    if (wanted === null) return null;
    const key = (): string => wanted;
    const url = new URL('/graphql', location.href).href;
    const transport = new Transport({
      url,
      pageKey: key,
      fetch: (input, init) => fetch(input, init),
      webSocket: WebSocket,
      now: Date.now,
      random: Math.random,
      onWake,
      onVisibility: (changed) => pageVisible.subscribe(changed),
    });
    return { transport, client: openClient(url, transport, key) };
  }, [wanted, turn]);
  // The callback is another one at each drawing, and does the same
  useEffect(() => {
    if (connected === null || wanted === null) return;
    const { transport } = connected;
    const watch = (): void => {
      if (transport.connection.value.state === 'signedOut') onRefused(wanted);
    };
    const stop = onChange(transport.connection, watch);
    watch();
    return () => {
      stop();
      transport.close();
    };
  }, [connected]);
  return connected;
}

/** The moments at which waiting any longer is foolish. */
function onWake(wake: () => void): () => void {
  addEventListener('online', wake);
  const unsubscribe = onPageShown(wake);
  return () => {
    removeEventListener('online', wake);
    unsubscribe();
  };
}

/** For what the title and the icon of a hidden tab are made of; see transport.ts. */
const inBackground = { background: true };

const shownJob = signal<JobDetailFragment | null>(null);

function SignedIn({ transport, onSignOut }: { transport: Transport; onSignOut: () => void }) {
  const place = route.value;
  const connection = transport.connection.value;
  const connections = transport.connections.value;
  const outdated = transport.outdated.value;
  const job = shownJob.value;
  const [updates] = useSubscription({ query: SystemUpdatesSubscription, context: inBackground });
  const [who, askWho] = useQuery({ query: ViewerQuery });
  const system = updates.data?.systemUpdates ?? null;
  const viewer = who.data?.viewer ?? null;
  const mayAct = viewer?.canDeploy ?? null;
  const hold = system?.hold ?? null;
  const held = hold === null ? null : holdInWords(hold, Date.now());
  const retention = system && retentionInWords(system.retention.days, system.retention.jobs);

  // Rights may have changed while the connection was away.
  useEffect(() => {
    if (connections > 1 || who.error !== undefined) askWho();
  }, [connections, askWho]);

  // Another page: the keyboard goes on at its beginning.
  const first = useRef(true);
  // Each change of place, and nothing else.
  useEffect(() => {
    if (!first.current) document.getElementById('content')?.focus({ preventScroll: true });
    first.current = false;
  }, [place]);

  const waiting = system?.activeJobs.find((each) => each.state === 'WAITING')?.id ?? null;
  const asks = waiting !== null || job?.state === 'WAITING';
  const title =
    job?.state === 'WAITING'
      ? msg('app-title-waits', job.id)
      : waiting !== null
        ? msg('app-title-waits', waiting)
        : place.page === 'job' && job !== null
          ? msg('app-title-job', job.id, enumMsg('job-state', job.state))
          : place.page === 'notFound'
            ? msg('app-title-page', msg('app-title-not-found'))
            : place.page === 'account'
              ? msg('app-title-page', msg('account-heading'))
              : place.page === 'admin'
                ? msg('app-title-page', msg('app-title-admin'))
                : msg('app-title-overview');

  return (
    <Held.Provider value={held}>
      <SkipLink />
      <Header connection={connection} system={system} viewer={viewer} onSignOut={onSignOut} />
      {outdated && <Outdated />}
      {held !== null && <HoldBanner words={held} />}
      <DatabaseProblem system={system} answers={!isDatabaseError(updates.error?.graphQLErrors)} />
      {system !== null &&
        (system.simulated || system.runners.some((runner) => runner.online && runner.simulated)) && (
          <div class="banner">
            <Message tone="notice" inline>
              {msg('app-simulated')}{' '}
              <span class="banner__how">
                {system.simulated ? msg('app-simulated-all') : msg('app-simulated-runner')}
              </span>
            </Message>
          </div>
        )}
      <Titled title={title} asks={asks}>
        {place.page === 'overview' && (
          <Overview
            key={place.changes.join()}
            system={system}
            mayAct={mayAct}
            retention={retention}
            prefill={place.changes}
            connections={transport.connections}
          />
        )}
        {place.page === 'job' && (
          <JobPage
            key={place.id}
            id={place.id}
            system={system}
            mayAct={mayAct}
            transport={transport}
            retention={retention}
            shown={shownJob}
          />
        )}
        {place.page === 'account' && <Account connections={transport.connections} />}
        {place.page === 'admin' && (
          <AdminPage system={system} viewer={viewer} connections={transport.connections} />
        )}
        {place.page === 'notFound' && <NotFound words={msg('parts-not-found-page')} />}
      </Titled>
    </Held.Provider>
  );
}

/** The server is of another version: said on every page, with the one thing that helps. */
function Outdated() {
  return (
    <div class="banner">
      <Message tone="warning" inline>
        {msg('app-outdated-words')}{' '}
        <button type="button" class="cdx-button cdx-button--size-small" onClick={() => location.reload()}>
          {msg('app-outdated-reload')}
        </button>
      </Message>
    </div>
  );
}

/**
 * What is wrong with the database, on every page.
 * @param answers false when not even that could be told
 */
function DatabaseProblem({ system, answers }: { system: System | null; answers: boolean }) {
  const [silentSince, setSilentSince] = useState<string | null>(null);
  useEffect(() => setSilentSince(answers ? null : new Date().toISOString()), [answers]);
  const { since, message } = answers
    ? (system?.database ?? { since: null, message: null })
    : { since: silentSince, message: msg('app-database-silent') };
  if (message === null) return null;
  return (
    <div class="banner">
      <Message tone="warning" inline>
        {message}{' '}
        {since !== null && (
          <span class="banner__how">{msg('app-database-since', secondInUtc(Date.parse(since)))}</span>
        )}
      </Message>
    </div>
  );
}

function SkipLink() {
  return (
    <a class="skip" href="#content">
      {msg('app-skip-to-content')}
    </a>
  );
}

/** Keeps the tab's title and icon, by which a question is seen from another tab. */
function Titled({ title, asks, children }: { title: string; asks: boolean; children: ComponentChildren }) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const link = document.querySelector('link[rel="icon"]');
    if (link instanceof HTMLLinkElement) link.href = asks ? faviconAsks : favicon;
  }, [asks]);
  return <>{children}</>;
}
