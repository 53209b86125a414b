// Owns getting a token that a person confirms in a browser: the device authorization flow, in the shape of RFC 8628. Not where the token is stored (token.ts).
import { hostname } from 'node:os';
import { memberOf, SpiderPigError } from '../../sdk/error.ts';
import { delay } from '../../subscription/resume.ts';
import { post } from '../post.ts';
import { hasPages } from '../server-name.ts';
import { Refused, type SignIn } from '../session.ts';

/** How much longer to wait, in milliseconds, after the server was polled too early or not reached. */
const slowDown = 5_000;

/** What the server gave this terminal. */
interface Codes {
  readonly deviceCode: string;
  readonly userCode: string;
  /** Where the person confirms; null if the server does not know its address for browsers. */
  readonly page: string | null;
  /** In milliseconds. */
  readonly lifetime: number;
  readonly interval: number;
}

/** Asks for a token, shows the code for the browser, and waits until a person has decided. Throws `Refused` and SpiderPigError. */
export async function requestToken(wanted: SignIn, scope: 'read' | 'deploy'): Promise<string> {
  const { url, printer, signal } = wanted;
  const codes = await begin(wanted, scope);
  const own = hasPages(url) ? new URL('device', url.endsWith('/') ? url : `${url}/`).href : null;
  const page = codes.page ?? own;
  await printer.object({
    type: 'code',
    page,
    code: codes.userCode,
    expiresAt: new Date(Date.now() + codes.lifetime).toISOString(),
  });
  if (!printer.json) {
    const place = page ?? 'the page /device of this server';
    const minutes = Math.round(codes.lifetime / 60_000);
    printer.remark(`open ${place} in your browser and enter the code ${codes.userCode}`);
    printer.remark(`waiting until you confirm there, for ${minutes} minutes at most; Ctrl-C cancels`);
  }
  return await poll(wanted, codes, signal);
}

async function begin({ url, signal }: SignIn, scope: string): Promise<Codes> {
  const body = { client: 'spiderpig (terminal client)', host: hostname(), scope };
  const { status, answer } = await post(url, 'device/code', { body, signal });
  const [deviceCode, userCode] = [memberOf(answer, 'device_code'), memberOf(answer, 'user_code')];
  if (status !== 200 || typeof deviceCode !== 'string' || typeof userCode !== 'string')
    throw new Refused(
      textIn(answer, 'message') ??
        `The server answered with status ${status}. An older server needs a token: \`spiderpig sign-in --input\``,
    );
  return {
    deviceCode,
    userCode,
    page: textIn(answer, 'verification_uri'),
    lifetime: milliseconds(answer, 'expires_in', 600),
    interval: milliseconds(answer, 'interval', 5),
  };
}

async function poll(
  { url }: SignIn,
  { deviceCode, lifetime, interval: first }: Codes,
  signal: AbortSignal,
): Promise<string> {
  const end = performance.now() + lifetime;
  for (let interval = first; performance.now() < end; ) {
    await delay(interval, signal);
    const answer = await pollOnce(url, deviceCode, signal);
    const token = memberOf(answer, 'access_token');
    if (typeof token === 'string') return token;
    const error = memberOf(answer, 'error');
    if (error === 'access_denied') throw new Refused('The sign-in was denied in the browser.', {}, 4);
    if (error === 'expired_token') break;
    if (error === 'authorization_pending') interval = milliseconds(answer, 'interval', interval / 1000);
    else if (error === 'slow_down' || answer === 'not reached') interval += slowDown;
    else throw new Refused('The server no longer knows this sign-in. Run `spiderpig sign-in` again.', {}, 4);
  }
  throw new Refused('The code has expired. Run `spiderpig sign-in` again for a new one.', {}, 4);
}

/** The answer to one poll. A server that restarts is asked again. */
async function pollOnce(url: string, deviceCode: string, signal: AbortSignal): Promise<unknown> {
  try {
    const { status, answer } = await post(url, 'device/token', { body: { device_code: deviceCode }, signal });
    return status >= 500 ? 'not reached' : answer;
  } catch (error) {
    if (error instanceof SpiderPigError) return 'not reached';
    throw error;
  }
}

function textIn(answer: unknown, name: string): string | null {
  const value = memberOf(answer, name);
  return typeof value === 'string' ? value : null;
}

/** A duration that the server sent in seconds. */
function milliseconds(answer: unknown, name: string, fallback: number): number {
  const value = memberOf(answer, name);
  return (typeof value === 'number' && value > 0 ? value : fallback) * 1000;
}
