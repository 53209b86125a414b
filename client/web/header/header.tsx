// Owns the header of every page: logo, state of the connection, state of the jobrunner, menu.
import type { Connection } from '../connection/transport.ts';
import { msg } from '../i18n/msg.ts';
import { lazyPage } from '../parts/lazy-page.tsx';
import { followLink, homePath, trainPath } from '../route.ts';
import { errorTotalChosen } from '../state/health-choice.ts';
import type { System, Viewer } from '../system.ts';
import { ConnectionState } from './connection-state.tsx';
import { Logo } from './logo.tsx';
import { Menu } from './menu.tsx';
import { RunnerState } from './runner-state.tsx';
import './header.css';

const ErrorTotal = lazyPage(async () => (await import('../health/error-total.tsx')).ErrorTotal);

/**
 * @param connection null on pages without a connection
 * @param system null until the server has sent it
 * @param onSignOut null on pages that have no menu
 */
export function Header({
  connection,
  system,
  viewer,
  onSignOut,
}: {
  connection: Connection | null;
  system: System | null;
  viewer: Viewer | null;
  onSignOut: (() => void) | null;
}) {
  // The name of another state of the connection has another length: what stands behind it would move.
  const isPlaced = connection?.state !== 'connecting';
  const running = (system?.activeJobs.length ?? 0) > 0;
  return (
    <header class="header">
      <a class="header__home" href={homePath()} onClick={followLink}>
        <Logo size={36} busy={running} />
        <span class="header__name">{msg('app-name')}</span>
      </a>
      {connection !== null && <ConnectionState connection={connection} />}
      {system !== null && isPlaced && <RunnerState system={system} />}
      {system?.hasTrain === true && isPlaced && (
        <a class="header__train" href={trainPath()} onClick={followLink}>
          {msg('header-train')}
        </a>
      )}
      {onSignOut !== null && errorTotalChosen.value && <ErrorTotal />}
      {onSignOut !== null && <Menu viewer={viewer} version={system?.version ?? null} onSignOut={onSignOut} />}
    </header>
  );
}
