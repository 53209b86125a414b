// Owns the menu of the header: user, theme, links to the account and administration, sign-out.
import { cdxIconExpand, cdxIconUserAvatar } from '@wikimedia/codex-icons';
import { harmlessName } from '../../../schema/text/harmless.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { ForeignName } from '../parts/foreign-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { Popup } from '../parts/popup.tsx';
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
  return (
    <Popup
      class="menu"
      label={
        viewer === null ? msg('header-menu-nobody') : msg('header-menu-label', harmlessName(viewer.user.name))
      }
      face={
        <>
          <Icon icon={cdxIconUserAvatar} />
          {viewer !== null && (
            <span class="menu__name">
              <ForeignName>{viewer.user.name}</ForeignName>
            </span>
          )}
          <Icon icon={cdxIconExpand} size="x-small" />
        </>
      }
    >
      {(close) => <MenuPanel viewer={viewer} version={version} onSignOut={onSignOut} onLeave={close} />}
    </Popup>
  );
}

/** @param onLeave called when a link to another page was followed */
function MenuPanel({
  viewer,
  version,
  onSignOut,
  onLeave,
}: {
  viewer: Viewer | null;
  version: string | null;
  onSignOut: () => void;
  onLeave: () => void;
}) {
  return (
    <>
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
        {msg('app-heading-errors')}
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
    </>
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
