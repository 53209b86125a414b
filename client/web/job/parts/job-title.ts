// Owns the title of a job as text: a title without visible characters would be a link that nobody can see.
import { msg } from '../../i18n/msg.ts';

/** The title, or a placeholder for one that is empty or invisible. */
export function titleInWords({ title }: { readonly title: string }): string {
  return /[^\s\p{C}]/u.test(title) ? title : msg('job-untitled');
}
