// Owns the banners above every page: outdated page, failed request, lost connection, problems of the database, simulation. The banner of a hold is in
// parts/hold.tsx.
import { useEffect, useState } from 'preact/hooks';
import { lateResult } from './connection/mutation.ts';
import type { Connection } from './connection/transport.ts';
import { msg } from './i18n/msg.ts';
import { Banner } from './parts/banner.tsx';
import { followLink, jobPath, plainPath, route } from './route.ts';
import { useNow } from './state/clock.ts';
import { serverTimeOf } from './state/server-clock.ts';
import { secondInUtc } from './state/time.ts';
import type { System } from './system.ts';

/** The page and the server have different versions. */
export function OutdatedBanner() {
  return (
    <Banner tone="warning">
      {msg('app-outdated-words')}{' '}
      <button type="button" class="cdx-button cdx-button--size-small" onClick={() => location.reload()}>
        {msg('app-outdated-reload')}
      </button>
    </Banner>
  );
}

/** A request failed, or queued a job, after its dialog or card was removed. */
export function LateResultBanner() {
  const result = lateResult.value;
  const place = route.value;
  // The page of the job says it itself, and its user knows it from then on.
  const isKnown = result !== null && place.page === 'job' && place.id === result.jobId;
  useEffect(() => {
    if (isKnown) lateResult.value = null;
  }, [isKnown]);
  if (result === null || isKnown) return null;
  const { tone, words, jobId } = result;
  return (
    <Banner
      tone={tone}
      onDismiss={() => {
        lateResult.value = null;
      }}
    >
      {jobId === null ? (
        words
      ) : (
        <>
          {words}{' '}
          <a href={jobPath(jobId)} onClick={followLink}>
            {msg('job-open', jobId)}
          </a>
        </>
      )}
    </Banner>
  );
}

/** Milliseconds without a connection before the page offers another way: most connections are back sooner. */
const offerDelay = 10_000;

/** The connection has been lost for some time. The page keeps trying; the plain page needs no live connection. */
export function LostConnectionBanner({ connection }: { connection: Connection }) {
  const isLost = connection.state === 'reconnecting';
  // Renders once a second. The moments of the connection are of the clock of the browser.
  useNow(isLost);
  if (!isLost || Date.now() - connection.lostAt < offerDelay) return null;
  return (
    <Banner tone="warning">
      {msg('app-lost', secondInUtc(serverTimeOf(connection.lostAt)))}{' '}
      <a href={plainPath(route.value)} target="_blank" rel="noopener">
        {msg('app-plain-new-tab')}
      </a>
    </Banner>
  );
}

/**
 * A problem of the database.
 * @param answers whether the database answers the server; when it does not, `system` is out of date
 */
export function DatabaseBanner({ system, answers }: { system: System | null; answers: boolean }) {
  const [silentSince, setSilentSince] = useState<string | null>(null);
  useEffect(() => setSilentSince(answers ? null : new Date().toISOString()), [answers]);
  const { since, message } = answers
    ? (system?.database ?? { since: null, message: null })
    : { since: silentSince, message: msg('app-database-silent') };
  if (message === null) return null;
  return (
    <Banner tone="warning">
      {message}{' '}
      {since !== null && (
        <span class="banner__how">{msg('app-database-since', secondInUtc(Date.parse(since)))}</span>
      )}
    </Banner>
  );
}

/** scap, and perhaps Gerrit, are simulated. */
export function SimulationBanner({ system }: { system: System }) {
  const runnerSimulates = system.runners.some((runner) => runner.online && runner.simulated);
  if (!system.simulated && !runnerSimulates) return null;
  return (
    <Banner tone="notice">
      {msg('app-simulated')}{' '}
      <span class="banner__how">
        {system.simulated ? msg('app-simulated-all') : msg('app-simulated-runner')}
      </span>
    </Banner>
  );
}
