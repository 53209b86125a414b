// Owns the menu of the header: user, theme, links to the account and administration, sign-out.
import { cdxIconExpand, cdxIconUserAvatar } from '@wikimedia/codex-icons';
import type { RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { harmlessName } from '../../../schema/text/harmless.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { ForeignName } from '../parts/foreign-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { accountPath, adminPath, errorsPath, followLink, statisticsPath } from '../route.ts';
import type { Viewer } from '../system.ts';
import { NotificationChoice } from './notification-choice.tsx';
import { ThemeChoice } from './theme-choice.tsx';
import './menu.css';

/** @param viewer null until loaded */
export function Menu({
  viewer,
  version,
  onSignOut,
}: {
  viewer: Viewer | null;
  version: string | null;
  onSignOut: () => void;
}) {
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useClosing(open, menu, button, () => setOpen(false));

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
            : msg('header-menu-label', harmlessName(viewer.user.name))
        }
        onClick={() => setOpen(!open)}
      >
        <Icon icon={cdxIconUserAvatar} />
        {viewer !== null && (
          <span class="menu__name">
            <ForeignName>{viewer.user.name}</ForeignName>
          </span>
        )}
        <Icon icon={cdxIconExpand} size="x-small" />
      </button>
      {open && (
        <MenuPanel
          id={id}
          viewer={viewer}
          version={version}
          onSignOut={onSignOut}
          onLeave={() => setOpen(false)}
        />
      )}
    </div>
  );
}

/** Closes a panel by Escape, by a press outside, and when the focus leaves it. Escape returns the focus to the button. */
function useClosing(
  open: boolean,
  container: RefObject<HTMLElement | null>,
  button: RefObject<HTMLElement | null>,
  close: () => void,
): void {
  useEffect(() => {
    if (!open) return;
    const onOutside = (event: Event): void => {
      if (event.target instanceof Node && !container.current?.contains(event.target)) close();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      close();
      button.current?.focus();
    };
    document.addEventListener('pointerdown', onOutside);
    document.addEventListener('focusin', onOutside);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onOutside);
      document.removeEventListener('focusin', onOutside);
      document.removeEventListener('keydown', onKey);
    };
  }, [open]);
}

/** @param onLeave called when a link to another page was followed */
function MenuPanel({
  id,
  viewer,
  version,
  onSignOut,
  onLeave,
}: {
  id: string;
  viewer: Viewer | null;
  version: string | null;
  onSignOut: () => void;
  onLeave: () => void;
}) {
  return (
    <div class="menu__panel" id={id}>
      {viewer !== null && (
        <p class="menu__who">
          <strong>
            <ForeignName>{viewer.user.name}</ForeignName>
          </strong>
          <span>{enumMsg('app-role', viewer.role)}</span>
        </p>
      )}
      {viewer?.role === 'ADMIN' && (
        <MenuLink href={adminPath()} onLeave={onLeave}>
          {msg('header-menu-admin')}
        </MenuLink>
      )}
      <MenuLink href={statisticsPath()} onLeave={onLeave}>
        {msg('app-title-statistics')}
      </MenuLink>
      <MenuLink href={errorsPath()} onLeave={onLeave}>
        {msg('health-errors-heading')}
      </MenuLink>
      <ThemeChoice />
      <NotificationChoice />
      <MenuLink href={accountPath()} onLeave={onLeave}>
        {msg('header-menu-account')}
      </MenuLink>
      <button type="button" class="cdx-button menu__out" onClick={onSignOut}>
        {msg('app-sign-out')}
      </button>
      {version !== null && <p class="menu__version">{msg('header-menu-version', version)}</p>}
    </div>
  );
}

/** The menu stays open when the link opens in another tab. */
function MenuLink({ href, onLeave, children }: { href: string; onLeave: () => void; children: string }) {
  return (
    <a
      class="menu__link"
      href={href}
      onClick={(event) => {
        followLink(event);
        if (event.defaultPrevented) onLeave();
      }}
    >
      {children}
    </a>
  );
}
