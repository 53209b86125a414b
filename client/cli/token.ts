// Owns where the terminal client gets its API token from.
import { Refused } from './session.ts';

/** The exit status for what is not allowed. */
const notAllowed = 4;

/** The token of the environment. Throws `Refused` without one. */
export function readToken({ SPIDERPIG_TOKEN: token }: Readonly<Record<string, string | undefined>>): string {
  if (!token)
    throw new Refused(
      'SPIDERPIG_TOKEN is not set; create a token with `spiderpig token create`',
      {},
      notAllowed,
    );
  // The token is sent in a header, which allows only these characters.
  if (!/^[!-~]+$/.test(token))
    throw new Refused('SPIDERPIG_TOKEN contains characters that no token has', {}, notAllowed);
  return token;
}
