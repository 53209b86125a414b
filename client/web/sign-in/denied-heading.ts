// Owns the heading of the page for a signed-in user without access. The page itself is loaded when it is needed (denied-page.tsx), its title is not.
import { msg } from '../i18n/msg.ts';
import type { Access } from './access.ts';

/** The heading of the page, which is also its title. */
export function deniedHeading({ state, secondFactor }: Access): string {
  if (state === 'half' && secondFactor !== null) return msg('sign-in-second-factor-heading');
  return state === 'banned' ? msg('sign-in-banned-heading') : msg('sign-in-no-group-heading');
}
