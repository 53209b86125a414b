// Owns the dialogs of the browser that create and use a passkey, with their requests. Its library is loaded with them.
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { textIn } from './access.ts';
import { type CodeResult, postJson, submitFactor } from './second-factor.ts';

/** Whether this browser can use passkeys at this address: they need https or localhost. */
export const canUsePasskeys = (): boolean => window.isSecureContext && 'PublicKeyCredential' in window;

/** Lets the user choose a passkey, and verifies it. `cancelled`: the user closed the dialog, or it took too long. */
export async function verifyPasskey(): Promise<CodeResult | { readonly result: 'cancelled' }> {
  try {
    const [begun, { startAuthentication }] = await Promise.all([
      postJson('/sign-in/passkey/begin', {}),
      import('@simplewebauthn/browser'),
    ]);
    if (begun.status === 401) return { result: 'session ended' };
    if (!begun.ok) return { result: 'failed' };
    const optionsJSON: PublicKeyCredentialRequestOptionsJSON = await begun.json();
    const response = await startAuthentication({ optionsJSON }).catch(() => null);
    return response === null ? { result: 'cancelled' } : await submitFactor('/sign-in/passkey', { response });
  } catch {
    return { result: 'failed' };
  }
}

/** The result of adding a passkey. `too old`: the second factor must be verified again. `message` null: the server did not answer. */
export type AddResult =
  | { readonly result: 'added' | 'cancelled' | 'too old' }
  | { readonly result: 'failed'; readonly message: string | null };

/** Lets the user create a passkey, and adds it. */
export async function createPasskey(name: string): Promise<AddResult> {
  try {
    const [begun, { startRegistration }] = await Promise.all([
      postJson('/passkeys/begin', {}),
      import('@simplewebauthn/browser'),
    ]);
    if (!begun.ok) return refusalIn(await begun.json());
    const optionsJSON: PublicKeyCredentialCreationOptionsJSON = await begun.json();
    const response = await startRegistration({ optionsJSON }).catch(() => null);
    if (response === null) return { result: 'cancelled' };
    const added = await postJson('/passkeys', { name, response });
    return added.ok ? { result: 'added' } : refusalIn(await added.json());
  } catch {
    return { result: 'failed', message: null };
  }
}

function refusalIn(answer: unknown): AddResult {
  const isTooOld = typeof answer === 'object' && answer !== null && Reflect.get(answer, 'tooOld') === true;
  return isTooOld ? { result: 'too old' } : { result: 'failed', message: textIn(answer, 'message') };
}
