// Owns the service worker: it shows messages while no page is open, and opens the page of a job when one is clicked. It has no cache and answers no request, so a page is never stale.

/** What this file uses of the global object of a service worker, whose types exclude those of a page. */
interface WorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
    claim(): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: WorkerEvent) => void): void;
}
interface WindowClient {
  readonly url: string;
  readonly focused: boolean;
  focus(): Promise<unknown>;
  navigate(url: string): Promise<unknown>;
}
interface WorkerEvent extends Event {
  /** The message; null if none. */
  readonly data?: { json(): unknown } | null;
  readonly notification?: Notification;
  waitUntil(work: Promise<unknown>): void;
}

// The global object of a worker is not a window, which the types of a page assume.
const worker = self as unknown as WorkerScope;

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('push', (event) => {
  const { title, body, tag, path } = messageOf(sentBy(event));
  const options = { body, tag, renotify: true, data: { path }, icon: 'icon-192.png', lang: 'en' };
  event.waitUntil(showUnlessSeen(title, options));
});

worker.addEventListener('notificationclick', (event) => {
  event.notification?.close();
  const data: unknown = event.notification?.data;
  const path = textIn(data, 'path') ?? '/';
  // The scope ends with a slash, and a path begins with one.
  const url = worker.registration.scope.replace(/\/$/, '') + path;
  event.waitUntil(openPage(url));
});

/** The open pages of this SpiderPig. Below a base path, other applications have the same origin, and their pages are listed too. */
async function ownTabs(): Promise<readonly WindowClient[]> {
  const tabs = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return tabs.filter(({ url }) => url.startsWith(worker.registration.scope));
}

/** Shows a message, unless the user looks at a page, which shows what happens by itself. */
async function showUnlessSeen(title: string, options: NotificationOptions): Promise<void> {
  const tabs = await ownTabs();
  if (!tabs.some(({ focused }) => focused)) await worker.registration.showNotification(title, options);
}

/** Shows the page: in a tab that has it open, else in any of our tabs, else in a new one. */
async function openPage(url: string): Promise<void> {
  const tabs = await ownTabs();
  const same = tabs.find((tab) => tab.url.split(/[?#]/)[0] === url);
  if (same) await same.focus();
  else if (tabs[0]) {
    await tabs[0].focus();
    await tabs[0].navigate(url).catch(() => worker.clients.openWindow(url));
  } else await worker.clients.openWindow(url);
}

/** What a server sent; null if it cannot be read. A browser unsubscribes a worker that shows nothing. */
function sentBy({ data }: WorkerEvent): unknown {
  try {
    return data?.json() ?? null;
  } catch {
    return null;
  }
}

/** The message of a server, see server/push/push-message.ts. */
function messageOf(value: unknown): { title: string; body: string; tag: string; path: string } {
  const path = textIn(value, 'path') ?? '/';
  return {
    title: textIn(value, 'title') ?? 'SpiderPig',
    body: textIn(value, 'body') ?? '',
    tag: textIn(value, 'tag') ?? 'spiderpig',
    path: /^\/(?!\/)/.test(path) ? path : '/',
  };
}

function textIn(value: unknown, key: string): string | null {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : null;
  return typeof found === 'string' ? found : null;
}
