// Owns the page of a signed-in user who is not in any group with access.
import { msg } from '../i18n/msg.ts';
import { richMsg } from '../i18n/rich-msg.tsx';
import { ForeignLabel, ForeignText } from '../parts/foreign-text.tsx';
import { NarrowPage } from '../parts/narrow-page.tsx';
import type { Access } from './access.ts';
import { SignOutButton } from './sign-out-button.tsx';

/** The roles that a group can give, in ascending order. */
const roles = ['viewer', 'deployer', 'admin'] as const;

export function NoGroup({
  access: { user, groups, accessHelp },
  onSignOut,
}: {
  access: Access;
  onSignOut: () => Promise<void>;
}) {
  const offered = groups === null ? [] : roles.filter((role) => groups[role].length > 0);
  return (
    <NarrowPage>
      <h1>{msg('sign-in-no-group-heading')}</h1>
      <p>
        {richMsg(
          'sign-in-no-group-user',
          <strong>
            <ForeignLabel>{user ?? ''}</ForeignLabel>
          </strong>,
        )}
      </p>
      {groups !== null && offered.length > 0 && (
        <>
          <p>{msg('sign-in-no-group-needed')}</p>
          <dl class="no-group">
            {offered.map((role) => (
              <div key={role}>
                <dt>{msg(`sign-in-no-group-${role}`)}</dt>
                {groups[role].map((group) => (
                  <dd key={group}>
                    <code>
                      <ForeignLabel>{group}</ForeignLabel>
                    </code>
                  </dd>
                ))}
              </div>
            ))}
          </dl>
        </>
      )}
      <p>{accessHelp === null ? msg('sign-in-no-group-ask') : <ForeignText>{accessHelp}</ForeignText>}</p>
      <p>{msg('sign-in-no-group-afterwards')}</p>
      <SignOutButton onSignOut={onSignOut} />
    </NarrowPage>
  );
}
