// Owns the page for a missing page or job.

import { msg } from '../i18n/msg.ts';
import { followLink, homePath } from '../route.ts';
import { NarrowPage } from './narrow-page.tsx';

/**
 * @param words what does not exist
 * @param why a possible reason; null: unknown
 */
export function NotFound({ words, why = null }: { words: string; why?: string | null }) {
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
