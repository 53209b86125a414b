// Owns how a code is shown to the server, and what comes of it. Owns no form (code-form.tsx).

import { pageHeaders } from '../connection/wire.ts';
import { keep, pageKey } from './session.ts';
import { attemptsIn, type SecondFactorStatus, textIn } from './standing.ts';

/** What came of a code. `message` is fit to be shown; `gone`: the session has ended. */
export type Shown =
  | { readonly as: 'right' }
  | { readonly as: 'gone' }
  | { readonly as: 'failed' }
  | ({ readonly as: 'refused'; readonly message: string | null } & Pick<
      SecondFactorStatus,
      'triesLeft' | 'lockedUntil'
    >);

/** Shows a code. For a right one the server gives another cookie and another key, which is kept. */
export async function showCode(code: string): Promise<Shown> {
  try {
    const response = await fetch('/sign-in/second-factor', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...pageHeaders(pageKey.value) },
      body: JSON.stringify({ code }),
    });
    const answer: unknown = await response.json();
    const key = textIn(answer, 'pageKey');
    if (response.ok && key !== null) {
      keep(key);
      return { as: 'right' };
    }
    if (response.status === 401) return { as: 'gone' };
    if (response.status !== 403 && response.status !== 429) return { as: 'failed' };
    return { as: 'refused', message: textIn(answer, 'message'), ...attemptsIn(answer) };
  } catch {
    return { as: 'failed' };
  }
}
