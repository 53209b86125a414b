// Owns who is at the other end of a Unix socket: the kernel knows the user who connected.
import { spawnSync } from 'node:child_process';
import { ConfigurationError } from '../schema/process/error.ts';

/** Prints the name of the user who connected. Node cannot ask for it; perl is needed on the host anyway (jobrunner/process/launcher.ts). */
const script = `
  use strict;
  use Socket qw(SOL_SOCKET SO_PEERCRED AF_UNIX sockaddr_family);
  my $address = getsockname(STDIN) or exit 1;
  sockaddr_family($address) == AF_UNIX or exit 1;
  my $credentials = getsockopt(STDIN, SOL_SOCKET, SO_PEERCRED) or exit 1;
  my (undef, $uid) = unpack('iI', $credentials);
  my $name = getpwuid($uid);
  defined $name or exit 1;
  print $name;
`;

/** The name of the Unix user who connected to the socket that is this process's stdin. Throws {@link ConfigurationError} if stdin is not such a socket. */
export function peerOfStdin(): string {
  const asked = spawnSync('perl', ['-e', script], { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' });
  if (asked.status === 0 && asked.stdout !== '') return asked.stdout;
  throw new ConfigurationError(
    asked.error === undefined
      ? '--peer: stdin is not a Unix socket of a user of this host'
      : `--peer needs perl: ${asked.error.message}`,
  );
}
