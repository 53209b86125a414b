// Owns how HTML is written from texts of which none is markup. Pure.
import { harmless } from '../../schema/text/harmless.ts';

/** Text that is markup already. Only {@link html} makes it. */
class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type { Markup };

/** What can stand in a template: text, markup, a list of markup, or nothing. */
export type Content = string | number | Markup | readonly Markup[] | null | undefined;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  harmless(text).replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? '');

function textOf(content: Content): string {
  if (content === null || content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(textOf).join('');
  return escaped(String(content));
}

/**
 * Markup with contents: html`<p title="${title}">${text}</p>`. Texts are escaped, and characters that mislead are shown by their code point, so
 * attributes need quotation marks. Addresses must be checked before.
 */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Markup =>
  new Markup(parts.map((part, index) => part + textOf(contents[index])).join(''));
