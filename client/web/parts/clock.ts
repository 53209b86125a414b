// Owns the page's ticking: once a second, only while the page is seen and something on it shows a running time.
import { useEffect, useState } from 'preact/hooks';

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

function tick(): void {
  clearTimeout(timer);
  timer = undefined;
  if (watchers.size === 0 || document.visibilityState === 'hidden') return;
  for (const watcher of [...watchers]) watcher();
  // At the turn of the second, so that all running times turn together.
  timer = setTimeout(tick, 1000 - (Date.now() % 1000));
}

/** Milliseconds since 1970, drawn again each second while `running`. */
export function useNow(running = true): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    const watcher = (): void => setNow(Date.now());
    watchers.add(watcher);
    if (watchers.size === 1) document.addEventListener('visibilitychange', tick);
    if (timer === undefined) tick();
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) document.removeEventListener('visibilitychange', tick);
    };
  }, [running]);
  return now;
}
