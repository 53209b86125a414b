// Owns which page a signed-in user without access sees: the second factor, a ban, or no group.
import type { Access } from './access.ts';
import { Banned } from './banned.tsx';
import { NoGroup } from './no-group.tsx';
import { SecondFactorPage } from './second-factor-page.tsx';

/**
 * @param onSignOut ends the session
 * @param onSessionEnd called when the session has ended on the server
 */
export function DeniedPage({
  access,
  onSignOut,
  onSessionEnd,
}: {
  access: Access;
  onSignOut: () => Promise<void>;
  onSessionEnd: () => void;
}) {
  if (access.state === 'half' && access.secondFactor !== null) {
    return (
      <SecondFactorPage
        access={access}
        factor={access.secondFactor}
        onSignOut={onSignOut}
        onSessionEnd={onSessionEnd}
      />
    );
  }
  return access.state === 'banned' ? (
    <Banned access={access} onSignOut={onSignOut} />
  ) : (
    <NoGroup access={access} onSignOut={onSignOut} />
  );
}
