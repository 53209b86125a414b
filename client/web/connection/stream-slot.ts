// Owns how many requests of this browser may stay open at the same time: over HTTP/1.1 a browser opens at most six connections to a server, for all its tabs together.

/**
 * Takes the right to keep one request open. Resolves with how to return it, or with null when all are taken: the request must then end soon.
 * @param background whether it is for a subscription that continues while the page is hidden
 */
export type TakeSlot = (background: boolean) => Promise<(() => void) | null>;

/** What is needed of `navigator.locks`. It is missing where the page is neither on HTTPS nor on the own machine. */
export type Locks = Pick<LockManager, 'request'>;

/** The locks of all tabs. Two connections of six stay free for other requests. */
const all = [1, 2, 3, 4].map((number) => `spiderpig-open-request-${number}`);
/** Hidden tabs leave two for the visible one. */
const ofBackground = all.slice(2);

/** Slots that all tabs of the browser share. Where it has no locks, each page has one slot, for the foreground. */
export function sharedSlots(locks: Locks | undefined): TakeSlot {
  let ownIsTaken = false;
  const takeOwn = (background: boolean): (() => void) | null => {
    if (background || ownIsTaken) return null;
    ownIsTaken = true;
    return () => {
      ownIsTaken = false;
    };
  };
  return async (background) => {
    if (locks === undefined) return takeOwn(background);
    try {
      for (const name of background ? ofBackground : all) {
        const release = await takeLock(locks, name);
        if (release !== null) return release;
      }
      return null;
    } catch {
      // The browser blocks the site's data, and with it its locks.
      return takeOwn(background);
    }
  };
}

/** Takes a lock if no tab has it. The browser releases it when the tab is closed. */
function takeLock(locks: Locks, name: string): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    locks
      .request(name, { ifAvailable: true }, (lock) =>
        lock === null ? resolve(null) : new Promise<void>((release) => resolve(release)),
      )
      .catch(reject);
  });
}

const unlimited: TakeSlot = () => Promise.resolve(() => {});

/** The slots of this page. From HTTP/2 on, requests share one connection, and any number of them may stay open. */
export function pageSlots(): TakeSlot {
  const [navigation] = performance.getEntriesByType('navigation');
  const protocol = navigation instanceof PerformanceNavigationTiming ? navigation.nextHopProtocol : '';
  return /^h[23]/.test(protocol) ? unlimited : sharedSlots(navigator.locks);
}
