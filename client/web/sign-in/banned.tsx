// Owns the page of a banned user: the reason, and whom to contact.
import { msg } from '../i18n/msg.ts';
import { richMsg } from '../i18n/rich-msg.tsx';
import { ForeignLabel, ForeignText } from '../parts/foreign-text.tsx';
import { NarrowPage } from '../parts/narrow-page.tsx';
import type { Access } from './access.ts';
import { SignOutButton } from './sign-out-button.tsx';
import './banned.css';

export function Banned({
  access: { user, reason, accessHelp },
  onSignOut,
}: {
  access: Access;
  onSignOut: () => Promise<void>;
}) {
  return (
    <NarrowPage>
      <h1>{msg('sign-in-banned-heading')}</h1>
      <p>
        {richMsg(
          'sign-in-banned',
          <strong>
            <ForeignLabel>{user ?? ''}</ForeignLabel>
          </strong>,
        )}
      </p>
      {reason !== null && reason !== '' && (
        <div class="banned__reason">
          <p>{msg('sign-in-banned-reason')}</p>
          <blockquote>
            <ForeignText>{reason}</ForeignText>
          </blockquote>
        </div>
      )}
      <p>{accessHelp === null ? msg('sign-in-banned-ask') : <ForeignText>{accessHelp}</ForeignText>}</p>
      <SignOutButton onSignOut={onSignOut} />
    </NarrowPage>
  );
}
