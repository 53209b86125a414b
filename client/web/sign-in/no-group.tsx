// Owns the page of somebody who is signed in and in none of the groups that may see anything.
import { ForeignLabel, ForeignText } from '../parts/foreign-text.tsx';
import { text } from '../text.ts';
import { SignOutButton } from './sign-out-button.tsx';
import type { Standing } from './standing.ts';

export function NoGroup({
  standing: { user, groups, accessHelp },
  onSignOut,
}: {
  standing: Standing;
  onSignOut: () => Promise<void>;
}) {
  const roles = groups === null ? [] : text.noGroup.roles.filter(({ role }) => groups[role].length > 0);
  return (
    <main class="narrow" id="content" tabIndex={-1}>
      <h1>{text.noGroup.heading}</h1>
      <p>
        {text.noGroup.before} {user !== null && <strong>{<ForeignLabel>{user}</ForeignLabel>}</strong>}
        {text.noGroup.after}
      </p>
      {groups !== null && roles.length > 0 && (
        <>
          <p>{text.noGroup.needed}</p>
          <dl class="no-group">
            {roles.map(({ role, words }) => (
              <div key={role}>
                <dt>{words}</dt>
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
      <p>{accessHelp === null ? text.noGroup.ask : <ForeignText>{accessHelp}</ForeignText>}</p>
      <p>{text.noGroup.afterwards}</p>
      <SignOutButton onSignOut={onSignOut} />
    </main>
  );
}
