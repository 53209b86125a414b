// Owns Web Push in this browser: the service worker, the subscription, and telling the server of it. Not the choice of the user (notification-choice.tsx), not showing a message (service-worker.ts).
import type { Client } from '@urql/preact';
import { addressOf, basePath } from '../base-path.ts';
import { pageKey } from '../sign-in/session.ts';
import { readStored, removeStored, storeValue } from '../state/browser-storage.ts';
import { PushKeyQuery, RemovePushMutation, SavePushMutation } from './notification.graphql.ts';

/** What the server has received last: the session, the reach and the subscription. */
const storageKey = `spiderpig.push${basePath()}`;

/** Whether this browser can receive messages while no page is open. It needs TLS or localhost. */
const canPush = (): boolean => isSecureContext && 'serviceWorker' in navigator && 'PushManager' in globalThis;

/** What this file uses of Trusted Types, which the types of the DOM do not have. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

let registered: Promise<ServiceWorkerRegistration> | null = null;

/** Registers the service worker, once per page. Its address is the only one that the security policy permits. */
function register(): Promise<ServiceWorkerRegistration> {
  const url = addressOf('/service-worker.js');
  const types: TrustedTypes | undefined = Reflect.get(globalThis, 'trustedTypes');
  const policy = types?.createPolicy('service-worker', { createScriptURL: () => url });
  registered ??= navigator.serviceWorker.register(policy?.createScriptURL(url) ?? url, {
    scope: addressOf('/'),
    updateViaCache: 'none',
  });
  return registered;
}

const textOf = (key: ArrayBuffer | null): string =>
  btoa(String.fromCharCode(...new Uint8Array(key ?? new ArrayBuffer(0))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The subscription of this browser for this key of the server; an older one, for another key, is replaced. */
async function subscribe(key: string): Promise<PushSubscription> {
  const { pushManager } = await register().then(() => navigator.serviceWorker.ready);
  const known = await pushManager.getSubscription();
  if (known && textOf(known.options.applicationServerKey) === key) return known;
  await known?.unsubscribe();
  return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
}

/**
 * Subscribes this browser, or ends its subscription, as the user chose. Does nothing if the server knows it already. Resolves to whether messages
 * arrive while no page is open. Only after the browser gave its permission for notifications.
 */
export async function applyPush(client: Client, reach: 'none' | 'own' | 'all'): Promise<boolean> {
  if (!canPush()) return false;
  if (reach === 'none') {
    if (readStored(storageKey) === null) return false;
    removeStored(storageKey);
    await client.mutation(RemovePushMutation, {}).toPromise();
    const registration = await navigator.serviceWorker.getRegistration(addressOf('/'));
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
    return false;
  }
  const { data } = await client.query(PushKeyQuery, {}).toPromise();
  const key = data?.viewer?.pushKey;
  if (key === undefined) return false;
  const subscription = await subscribe(key);
  const { endpoint } = subscription;
  const registration = JSON.stringify([pageKey.peek()?.slice(0, 8), reach, endpoint]);
  if (readStored(storageKey) === registration) return true;
  const keys = { p256dh: textOf(subscription.getKey('p256dh')), auth: textOf(subscription.getKey('auth')) };
  const input = { endpoint, ...keys, reach: reach === 'all' ? 'ALL' : 'OWN' } as const;
  const saved = await client.mutation(SavePushMutation, { input }).toPromise();
  if (saved.data?.savePushSubscription.__typename !== 'SavePushSubscriptionSuccess') return false;
  storeValue(storageKey, registration);
  return true;
}
