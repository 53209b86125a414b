// Owns at which site (relying party) a browser uses passkeys, by the address that it has opened. Pure.
import { isIP } from 'node:net';
import type { PasskeySite } from '../../schema/model/account/second-factor/passkey.ts';
import { isPublicHost } from '../http/origin.ts';

/** The site of a request: the public URL, or `localhost` with any port; null if browsers have no passkeys there, as for IP addresses. Pure. */
export function passkeySiteOf(host: string, publicUrl: string | null): PasskeySite | null {
  if (publicUrl !== null && isPublicHost(host, publicUrl)) {
    const { hostname, origin } = new URL(publicUrl);
    return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? { host: hostname, origin } : null;
  }
  return /^localhost(:\d+)?$/i.test(host)
    ? { host: 'localhost', origin: new URL(`http://${host}`).origin }
    : null;
}
