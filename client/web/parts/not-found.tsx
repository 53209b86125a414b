// Owns the page for a missing page or job.
import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { followLink, homePath } from '../route.ts';
import { NarrowPage } from './narrow-page.tsx';

/** Whether this page is shown in place of the one that the address names. The title of the tab needs it. */
export const isNotFound = signal(false);

/**
 * @param words what does not exist
 * @param why a possible reason; null if unknown
 */
export function NotFound({ words, why = null }: { words: string; why?: string | null }) {
  useLayoutEffect(() => {
    isNotFound.value = true;
    return () => {
      isNotFound.value = false;
    };
  }, []);
  return (
    <NarrowPage>
      <h1>{msg('parts-not-found-heading')}</h1>
      <p>{words}</p>
      {why !== null && <p>{why}</p>}
      <p>
        <a href={homePath()} onClick={followLink}>
          {msg('parts-not-found-back')}
        </a>
      </p>
    </NarrowPage>
  );
}
