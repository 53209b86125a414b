// Owns the checks of signing in at the identity provider: second factor, groups. Not the provider's own metadata (provider-metadata.ts), not the file of the client secret (secret-file.ts).
import { type RoleGroups, roleOfGroups } from '../../schema/model/account/user.ts';
import type { Inspection } from '../../schema/model/inspection.ts';
import type {
  Configuration,
  ProviderConfiguration,
} from '../../schema/process/configuration/configuration.ts';
import { type Finding, ok, warn } from './finding.ts';
import { metadataFindings } from './provider-metadata.ts';

/** The maximum number of groups that are named in a finding. */
const maxNamedGroups = 20;

const noSecret = warn(
  'client secret: none, so this is a public client',
  'if the provider issued a secret, pass its file with --oidc-client-secret-file',
);

/** `inspection`: of the database; null if it could not be read. */
export async function providerFindings(
  {
    provider,
    publicUrl,
    basePath,
    secondFactor,
    roleGroups,
  }: Pick<Configuration, 'provider' | 'publicUrl' | 'basePath' | 'secondFactor' | 'roleGroups'>,
  inspection: Inspection | null,
): Promise<Finding[]> {
  if (provider === null) return [ok('sign-in: only with sign-in links; no identity provider is configured')];
  return [
    ...(await metadataFindings(provider)),
    ok(`redirect URI, to be registered at the provider: ${publicUrl}${basePath}/sign-in/callback`),
    ok(`back-channel logout URI, to be registered too: ${publicUrl}${basePath}/sign-in/back-channel-logout`),
    ...(provider.clientSecretFile === null ? [noSecret] : []),
    ok(`public URL: ${publicUrl}, an allowed host`),
    roleFinding(roleGroups),
    claimFinding(provider, roleGroups, inspection),
    secondFactor
      ? ok('second factor: required after signing in at the provider')
      : warn('second factor: off', 'set --second-factor on, unless the provider itself requires one'),
  ];
}

function roleFinding({ viewer, deployer, admin }: RoleGroups): Finding {
  const shown = (groups: readonly string[]): string => (groups.length === 0 ? 'none' : groups.join(', '));
  const viewers = viewer.length === 0 ? 'all who sign in' : viewer.join(', ');
  const all = `groups: viewers ${viewers}; deployers ${shown(deployer)}; admins ${shown(admin)}`;
  return deployer.length + admin.length === 0
    ? warn(
        `${all}. No one who signs in at the provider can deploy`,
        'set groups with --deployer-groups and --admin-groups',
      )
    : ok(all);
}

/** Whether the groups of the last sign-in at the provider give a role. */
function claimFinding(
  { groupsClaim }: ProviderConfiguration,
  roleGroups: RoleGroups,
  inspection: Inspection | null,
): Finding {
  const last = inspection?.lastProviderSignIn ?? null;
  if (last === null)
    return warn(
      `groups claim: “${groupsClaim}” was not received yet, because no one has signed in at the provider`,
      'sign in once, then run this command again',
    );
  if (last.groups.length === 0)
    return warn(
      `groups claim: the last sign-in (${last.user}) had no groups`,
      `check that the provider sends groups in the claim “${groupsClaim}” to this client, or choose another with --oidc-groups-claim`,
    );
  const role = roleOfGroups(last.groups, roleGroups);
  const groups = last.groups.slice(0, maxNamedGroups).join(', ');
  const what = `groups claim: the last sign-in (${last.user}) had the groups ${groups}`;
  return role === null
    ? warn(
        `${what}, which give no role`,
        'compare them with --viewer-groups, --deployer-groups and --admin-groups: the names must be equal',
      )
    : ok(`${what}: ${role}`);
}
