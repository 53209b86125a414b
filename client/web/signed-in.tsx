// Owns the frame of the pages of a signed-in user: header, banners, tab title, and which page is shown.
import { signal } from '@preact/signals';
import { useQuery, useSubscription } from '@urql/preact';
import { useEffect } from 'preact/hooks';
import type { JobDetailFragment } from '../generated/graphql.ts';
import {
  DatabaseBanner,
  LateResultBanner,
  LostConnectionBanner,
  OutdatedBanner,
  SimulationBanner,
} from './banner.tsx';
import type { SubscriptionContext } from './connection/client.ts';
import { isDatabaseError } from './connection/client.ts';
import type { Transport } from './connection/transport.ts';
import { Header } from './header/header.tsx';
import { useHoldNotification, useNotifications } from './header/notification.ts';
import { msg } from './i18n/msg.ts';
import { Overview } from './overview/overview.tsx';
import { useFocusOnNewPage } from './page-focus.ts';
import { Held, HoldBanner, holdInWords } from './parts/hold.tsx';
import { Later } from './parts/later.tsx';
import { lazyPage } from './parts/lazy-page.tsx';
import { isNotFound, NotFound } from './parts/not-found.tsx';
import { retentionInWords } from './retention.ts';
import { type Route, route } from './route.ts';
import { SkipLink } from './skip-link.tsx';
import { serverNow, serverTimeOf } from './state/server-clock.ts';
import { Stale } from './state/stale.ts';
import { secondInUtc } from './state/time.ts';
import { ViewerName } from './state/viewer-name.ts';
import { SystemQuery, SystemUpdatesSubscription } from './system.graphql.ts';
import type { System, Viewer } from './system.ts';
import { markOf, TabTitle, titleOf } from './tab-title.tsx';
import { useViewer } from './viewer.ts';

const JobPage = lazyPage(async () => (await import('./job/job-page.tsx')).JobPage);
const Account = lazyPage(async () => (await import('./account/account.tsx')).Account);
const DevicePage = lazyPage(async () => (await import('./account/device-page.tsx')).DevicePage);
const StatisticsPage = lazyPage(
  async () => (await import('./statistics/statistics-page.tsx')).StatisticsPage,
);
const TrainPage = lazyPage(async () => (await import('./train/train-page.tsx')).TrainPage);
const ErrorsPage = lazyPage(async () => (await import('./health/errors-page.tsx')).ErrorsPage);
const AdminPage = lazyPage(async () => (await import('./admin/admin-page.tsx')).AdminPage);

/** Continues while the page is hidden, because the title and the icon of the tab need it; see connection/transport.ts. */
const inBackground: SubscriptionContext<unknown> = { background: true };

/** The job that the job page shows. The tab title needs it. */
const shownJob = signal<JobDetailFragment | null>(null);

export function SignedIn({ transport, onSignOut }: { transport: Transport; onSignOut: () => void }) {
  const place = route.value;
  const job = shownJob.value;
  const [updates] = useSubscription({ query: SystemUpdatesSubscription, context: inBackground });
  const [first] = useQuery({ query: SystemQuery });
  const system = updates.data?.systemUpdates ?? first.data?.system ?? null;
  const viewer = useViewer(transport.connections);
  const hold = system?.hold ?? null;
  const held = hold === null ? null : holdInWords(hold, serverNow());
  const waiting = system?.activeJobs.find((each) => each.state === 'WAITING')?.id ?? null;
  useNotifications(system?.activeJobs ?? null, viewer?.user.name ?? null);
  useHoldNotification(system?.hold);
  useFocusOnNewPage(place);
  // Most visits of the overview continue on the page of a job.
  const isConnected = system !== null;
  useEffect(() => {
    return isConnected ? JobPage.preloadLater() : undefined;
  }, [isConnected]);

  const connection = transport.connection.value;
  const stale =
    connection.state === 'reconnecting'
      ? msg('job-question-stale', secondInUtc(serverTimeOf(connection.lastMessageAt ?? connection.lostAt)))
      : null;
  return (
    <Held.Provider value={held}>
      <SkipLink />
      <Header connection={connection} system={system} viewer={viewer} onSignOut={onSignOut} />
      {transport.outdated.value && <OutdatedBanner />}
      <LateResultBanner />
      <LostConnectionBanner connection={connection} />
      {held !== null && <HoldBanner words={held} />}
      <DatabaseBanner system={system} answers={!isDatabaseError(updates.error?.graphQLErrors)} />
      {system !== null && <SimulationBanner system={system} />}
      <TabTitle
        title={titleOf(isNotFound.value ? { page: 'notFound' } : place, job, waiting)}
        mark={markOf(job, waiting !== null)}
      />
      <Stale.Provider value={stale}>
        <ViewerName.Provider value={viewer?.user.name ?? null}>
          <Later>
            <Page place={place} system={system} viewer={viewer} transport={transport} />
          </Later>
        </ViewerName.Provider>
      </Stale.Provider>
    </Held.Provider>
  );
}

function Page({
  place,
  system,
  viewer,
  transport,
}: {
  place: Route;
  system: System | null;
  viewer: Viewer | null;
  transport: Transport;
}) {
  const mayAct = viewer?.canDeploy ?? null;
  const retention = system && retentionInWords(system.retention.days, system.retention.jobs);
  switch (place.page) {
    case 'overview':
      return (
        <Overview
          key={place.changes.join()}
          system={system}
          mayAct={mayAct}
          viewer={viewer?.user.name ?? null}
          isAdmin={viewer?.role === 'ADMIN'}
          retention={retention}
          prefill={place.changes}
          connections={transport.connections}
        />
      );
    case 'job':
      return (
        <JobPage
          key={place.id}
          id={place.id}
          system={system}
          viewer={viewer?.user.name ?? null}
          mayAct={mayAct}
          transport={transport}
          retention={retention}
          shown={shownJob}
        />
      );
    case 'train':
      return <TrainPage system={system} mayAct={mayAct} />;
    case 'errors':
      return <ErrorsPage />;
    case 'account':
      return <Account connections={transport.connections} />;
    case 'device':
      return <DevicePage />;
    case 'statistics':
      return <StatisticsPage key={place.week} week={place.week} />;
    case 'admin':
      return <AdminPage system={system} viewer={viewer} connections={transport.connections} />;
    case 'notFound':
      return <NotFound words={msg('parts-not-found-page')} />;
    default:
      return null;
  }
}
