// Owns the request that verifies the second factor. The form for codes is in code-form.tsx, the dialog for passkeys in passkey-ceremony.ts.
import { addressOf } from '../base-path.ts';
import { pageHeaders } from '../connection/wire.ts';
import { parseAttempts, type SecondFactorStatus, textIn } from './access.ts';
import { pageKey, storeKey } from './session.ts';

/** Sends a request of this page. */
export const postJson = (path: string, body: object): Promise<Response> =>
  fetch(addressOf(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...pageHeaders(pageKey.value) },
    body: JSON.stringify(body),
  });

/** The result of a code or a passkey. `message` can be shown to the user. */
export type CodeResult =
  | { readonly result: 'verified' }
  | { readonly result: 'session ended' }
  | { readonly result: 'failed' }
  | ({ readonly result: 'refused'; readonly message: string | null } & Pick<
      SecondFactorStatus,
      'triesLeft' | 'lockedUntil'
    >);

/** Verifies a code. */
export const verifyCode = (code: string): Promise<CodeResult> =>
  submitFactor('/sign-in/second-factor', { code });

/** Submits a second factor. For a correct one the server answers with a new cookie and a new page key, which is stored. */
export async function submitFactor(path: string, body: object): Promise<CodeResult> {
  try {
    const response = await postJson(path, body);
    const answer: unknown = await response.json();
    const key = textIn(answer, 'pageKey');
    if (response.ok && key !== null) {
      storeKey(key);
      return { result: 'verified' };
    }
    if (response.status === 401) return { result: 'session ended' };
    if (response.status !== 403 && response.status !== 429) return { result: 'failed' };
    return { result: 'refused', message: textIn(answer, 'message'), ...parseAttempts(answer) };
  } catch {
    return { result: 'failed' };
  }
}
