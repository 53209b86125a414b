// Owns how a hold of all deployments is shown: the banner on every page, and the same words beside disabled buttons.
import { createContext } from 'preact';
import { harmlessLabel, harmlessName } from '../../../schema/text/harmless.ts';
import type { SystemUpdatesSubscription } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { momentInUtc } from '../state/time.ts';
import { Banner } from './banner.tsx';
import { ForeignLabel } from './foreign-text.tsx';

export type Hold = NonNullable<SystemUpdatesSubscription['systemUpdates']['hold']>;

/** The hold as text; null while none exists. */
export const Held = createContext<string | null>(null);

/** Who holds deployments, since when, until when and why. @param now milliseconds since 1970 */
export function holdInWords(hold: Hold, now: number): string {
  const until = hold.endsAt === null ? null : momentInUtc(hold.endsAt, now);
  const since = momentInUtc(hold.since, now);
  const [name, reason] = [harmlessName(hold.by.name), harmlessLabel(hold.reason)];
  return until === null
    ? msg('parts-hold-open', name, since, reason)
    : msg('parts-hold-until', name, since, until, reason);
}

/** The banner of a hold. @param words from `holdInWords` */
export function HoldBanner({ words }: { words: string }) {
  return (
    <Banner tone="warning">
      <ForeignLabel>{words}</ForeignLabel>
    </Banner>
  );
}
