// Owns the header: logo, connection, runner, menu. Owns no connection and no session.
import {
  cdxIconExpand,
  cdxIconHelpNoticeFilled,
  cdxIconNetworkOff,
  cdxIconPlay,
  cdxIconUserAvatar,
} from '@wikimedia/codex-icons';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { SystemUpdatesSubscription, ViewerQuery } from '../../generated/graphql.ts';
import { connectionInWords } from '../connection/connection.ts';
import type { Connection } from '../connection/transport.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { useNow } from '../parts/clock.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { Icon } from '../parts/icon.tsx';
import { adminPath, followLink, jobPath } from '../route.ts';
import { Logo } from './logo.tsx';
import { theme, themes } from './theme.ts';
import './header.css';

export type System = SystemUpdatesSubscription['systemUpdates'];
export type Viewer = NonNullable<ViewerQuery['viewer']>;

/**
 * @param connection null where there is none to speak of
 * @param system null until the first word from the server
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
  const running = (system?.activeJobs.length ?? 0) > 0;
  return (
    <header class="header">
      <a class="header__home" href="/" onClick={followLink}>
        <Logo size={36} busy={running} />
        <span class="header__name">{msg('app-name')}</span>
      </a>
      {connection !== null && <ConnectionState connection={connection} />}
      {system !== null && <RunnerState system={system} />}
      {onSignOut !== null && <Menu viewer={viewer} version={system?.version ?? null} onSignOut={onSignOut} />}
    </header>
  );
}

function ConnectionState({ connection }: { connection: Connection }) {
  const now = useNow(connection.state === 'reconnecting');
  const { words, hint, tone } = connectionInWords(connection, now);
  return (
    <span class={`connection connection--${tone}`} role="status" title={hint}>
      {tone === 'stale' ? <Icon icon={cdxIconNetworkOff} size="x-small" /> : <span class="connection__dot" />}
      <span class="connection__words">{words}</span>
    </span>
  );
}

function RunnerState({ system }: { system: System }) {
  const online = system.runners.some((runner) => runner.online);
  const job = system.activeJobs.find((each) => each.state === 'WAITING') ?? system.activeJobs[0];
  if (job === undefined) {
    return (
      <span
        class={online ? 'runner' : 'runner runner--none'}
        title={online ? msg('header-runner-label') : msg('header-runner-none-hint')}
      >
        {online ? msg('header-runner-idle') : msg('header-runner-none')}
      </span>
    );
  }
  const waits = job.state === 'WAITING';
  const words = waits
    ? msg('header-runner-waits', job.id)
    : job.state === 'STOPPING'
      ? msg('header-runner-stopping', job.id)
      : msg('header-runner-running', job.id);
  return (
    <a
      class={waits ? 'runner runner--waits' : 'runner runner--busy'}
      href={jobPath(job.id)}
      title={harmlessLabel(job.title)}
      onClick={followLink}
    >
      <Icon icon={waits ? cdxIconHelpNoticeFilled : cdxIconPlay} size="x-small" />
      <span class="runner__words">
        {words}
        {waits && <span class="runner__more"> {msg('header-runner-for-answer')}</span>}
      </span>
      {!online && <span class="runner--none">{`(${msg('header-runner-none')})`}</span>}
    </a>
  );
}

function Menu({
  viewer,
  version,
  onSignOut,
}: {
  viewer: Viewer | null;
  version: string | null;
  onSignOut: () => void;
}) {
  const chosen = theme.value;
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !menu.current?.contains(event.target)) setOpen(false);
    };
    const closed = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    document.addEventListener('keydown', closed);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
      document.removeEventListener('keydown', closed);
    };
  }, [open]);

  return (
    <div class="menu" ref={menu}>
      <button
        ref={button}
        type="button"
        class="cdx-button cdx-button--weight-quiet menu__button"
        aria-expanded={open}
        aria-controls={id}
        aria-label={
          viewer === null
            ? msg('header-menu-nobody')
            : msg('header-menu-label', harmlessLabel(viewer.user.name))
        }
        onClick={() => setOpen(!open)}
      >
        <Icon icon={cdxIconUserAvatar} />
        {viewer !== null && (
          <span class="menu__name">
            <ForeignLabel>{viewer.user.name}</ForeignLabel>
          </span>
        )}
        <Icon icon={cdxIconExpand} size="x-small" />
      </button>
      {open && (
        <div class="menu__panel" id={id}>
          {viewer !== null && (
            <p class="menu__who">
              <strong>
                <ForeignLabel>{viewer.user.name}</ForeignLabel>
              </strong>
              <span>{enumMsg('app-role', viewer.role)}</span>
            </p>
          )}
          {viewer?.role === 'ADMIN' && (
            <a
              class="menu__link"
              href={adminPath}
              onClick={(event) => {
                setOpen(false);
                followLink(event);
              }}
            >
              {msg('header-menu-admin')}
            </a>
          )}
          <fieldset class="menu__themes">
            <legend>{msg('header-menu-appearance')}</legend>
            {themes.map((name) => (
              <label key={name}>
                <input
                  type="radio"
                  name={`${id}-theme`}
                  checked={chosen === name}
                  onChange={() => {
                    theme.value = name;
                  }}
                />
                {msg(`header-menu-theme-${name}`)}
              </label>
            ))}
          </fieldset>
          <a
            class="menu__link"
            href="/account"
            onClick={(event) => {
              followLink(event);
              if (event.defaultPrevented) setOpen(false);
            }}
          >
            {msg('header-menu-account')}
          </a>
          <button type="button" class="cdx-button menu__out" onClick={onSignOut}>
            {msg('app-sign-out')}
          </button>
          {version !== null && <p class="menu__version">{msg('header-menu-version', version)}</p>}
        </div>
      )}
    </div>
  );
}
