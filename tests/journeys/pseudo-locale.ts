// Owns a pseudo-locale: the page with all its messages accented, 40 % longer and in brackets. And what a page shows in it that no message says, or that does
// not fit. Not the messages (client/web/**/i18n).
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { packageRoot } from '../../schema/process/files.ts';

const plainLetters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const accentedLetters = 'àƀçđéƒğĥîĵķļɱñöþǫŕšţûṽŵẋýžÀßÇÐÉƑĞĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ';
const accented = (text: string): string =>
  text.replaceAll(/[A-Za-z]/g, (letter) => accentedLetters[plainLetters.indexOf(letter)] ?? letter);

/** What is not text in a message: the head of a template, its end, the separators of its forms, explicit plural forms, parameters. */
const syntax = /(\{\{[A-Za-z]+:[^|{}]*\|?|\}\}|\||\b\d+=|\$\d+)/;

/** A message in the pseudo-locale. Its parameters stay as they are. Pure. */
function pseudo(message: string): string {
  const text = message.split(syntax).map((piece, at) => (at % 2 === 0 ? accented(piece) : piece));
  const padding = 'ẋ'.repeat(Math.ceil(message.length * 0.4)).replaceAll(/ẋ{8}(?=ẋ)/g, '$& ');
  return `⟦${text.join('')}${message.length > 10 ? ' ' : ''}${padding}⟧`;
}

function readMessages(): Map<string, string> {
  const web = join(packageRoot, 'client/web');
  return new Map(
    globSync('**/i18n/en.json', { cwd: web }).flatMap((file) =>
      Object.entries<unknown>(JSON.parse(readFileSync(join(web, file), 'utf8'))).flatMap(([key, message]) =>
        typeof message === 'string' ? [[key, message] as const] : [],
      ),
    ),
  );
}

/** A key and its message in a built script. */
const entry = /"([a-z0-9-]+)":(?:`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/g;

/** Replaces the messages in the scripts that pages of a context load. Returns the keys whose messages were not found so far. */
export async function usePseudoLocale(context: BrowserContext): Promise<ReadonlySet<string>> {
  const messages = readMessages();
  const missing = new Set(messages.keys());
  const translated = (name: string): string =>
    readFileSync(join(packageRoot, 'dist/web/assets', name), 'utf8').replaceAll(entry, (found, key) => {
      const message = messages.get(key);
      if (message === undefined) return found;
      missing.delete(key);
      return `"${key}":${JSON.stringify(pseudo(message))}`;
    });
  // Each page loads the same scripts.
  const bodies = new Map<string, string>();
  await context.route('**/assets/*.js', async (route) => {
    const name = basename(new URL(route.request().url()).pathname);
    const body = bodies.get(name) ?? translated(name);
    bodies.set(name, body);
    await route.fulfill({ contentType: 'text/javascript', body });
  });
  return missing;
}

/** Elements with text from scap, Gerrit, people or the configuration, and with identifiers. */
const foreign =
  'bdi, code, pre, kbd, .outside, .foreign-text, .log__text, .timeline__name, .samples__project, .station__name';

// As text, because the code runs in the browser.
const findForeign = `(() => {
  const found = new Set();
  const report = (element, where, text) => {
    let rest = text;
    // From the inside: a message can contain another.
    for (let last = ""; last !== rest; ) rest = (last = rest).replaceAll(/\\u27e6[^\\u27e6\\u27e7]*\\u27e7/g, "");
    if (/[A-Za-z]/.test(rest) && element.checkVisibility({ visibilityProperty: true })) found.add(where + ": " + text.trim().slice(0, 120));
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!element.closest(${JSON.stringify(`${foreign}, script, style, noscript`)})) report(element, element.localName, walker.currentNode.data);
  }
  for (const name of ["aria-label", "aria-description", "placeholder", "alt"])
    for (const element of document.querySelectorAll("[" + name + "]"))
      if (!/\\u27e6/.test(element.getAttribute(name))) report(element, name, element.getAttribute(name));
  if (!/\\u27e6/.test(document.title)) found.add("title: " + document.title);
  return [...found];
})()`;

const findOverflow = `(() => {
  const found = new Set();
  const excess = document.documentElement.scrollWidth - innerWidth;
  if (excess > 0) found.add("the page is " + excess + " pixels too wide");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    if (text.width <= 1 || node.parentElement.closest(".log__frame") || !node.parentElement.checkVisibility({ visibilityProperty: true })) continue;
    for (let element = node.parentElement; element !== document.body && element !== null; element = element.parentElement) {
      const style = getComputedStyle(element);
      const clips = /hidden|clip/.test(style.overflowX);
      // What scrolls, or is cut on purpose.
      if (/auto|scroll/.test(style.overflowX) || style.clipPath !== "none") break;
      if (clips && (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none" || element.matches(".timeline__part, .timeline__name"))) break;
      if (style.display === "inline" || !(clips || /^(button|td|th|label|li|section|main)$/.test(element.localName))) continue;
      const box = element.getBoundingClientRect();
      const over = Math.max(box.left - text.left, text.right - box.right, clips ? text.bottom - box.bottom : 0);
      if (over > 2) found.add(element.localName + "." + element.className + ": " + node.data.slice(0, 60));
    }
  }
  return [...found];
})()`;

async function texts(page: Page, script: string): Promise<string[]> {
  const found: unknown = await page.evaluate(script);
  return Array.isArray(found) ? found.map(String) : [String(found)];
}

/** The texts of a page, its labels and its title that are neither from the catalogue nor foreign. */
export const textsBesideCatalogue = (page: Page): Promise<string[]> => texts(page, findForeign);

/** The texts of a page that leave their box, and by how much the page is too wide. */
export const overflowingTexts = (page: Page): Promise<string[]> => texts(page, findOverflow);
