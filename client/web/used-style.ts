// Owns leaving out of the build what the page does not use of Codex: rules of classes that no source names, and design tokens that no sheet reads. Owns no sheet.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A rule of a sheet, as PostCSS gives it to its plugins. */
interface Rule {
  selectors: string[];
  readonly parent?: { readonly type: string; readonly name?: string } | undefined;
  readonly source?: { readonly input: { readonly file?: string } };
  remove(): unknown;
}

/** A declaration, as PostCSS gives it. */
interface Declaration {
  readonly prop: string;
  readonly source?: { readonly input: { readonly file?: string } };
  remove(): unknown;
}

/** What the sources of the page use of Codex. */
export interface UsedStyle {
  /** Whether an element can match the selector. */
  readonly hasSelector: (selector: string) => boolean;
  /** Whether something reads the design token, such as `--color-base`. */
  readonly hasToken: (name: string) => boolean;
}

/** The sources of the page below `folder`, and the sheets of Codex that its style.css imports. */
function textOfPage(folder: string): string {
  const own = globSync('**/*.{ts,tsx,css}', {
    cwd: folder,
    exclude: (path) => /\.test\.|^dist$/.test(String(path)),
  }).map((file) => readFileSync(join(folder, file), 'utf8'));
  const imported = own.flatMap((text) =>
    [...text.matchAll(/@import "(@wikimedia\/codex\/[^"]+)"/g)].map(([, path = '']) =>
      // Only the tokens that it reads: its classes are what is to be left out.
      (readFileSync(new URL(import.meta.resolve(path)), 'utf8').match(/var\(\s*--[\w-]+/g) ?? []).join(),
    ),
  );
  return [...own, ...imported].join('\n');
}

/**
 * What a text uses of Codex. A class that the text only begins, as `cdx-icon--${size}` does, stands for all that continue it.
 * Pure. @param tokens the sheet that declares the design tokens, which refer to each other
 */
export function usedStyleOf(text: string, tokens: string): UsedStyle {
  const classes = new Set(text.match(/\bcdx-[a-z0-9_-]+/g));
  const begun = [...classes].filter((name) => name.endsWith('-'));
  const isUsed = (name: string): boolean =>
    classes.has(name) || begun.some((beginning) => name.startsWith(beginning));
  const read = new Set(text.match(/--[a-z][a-z0-9-]*/g));
  for (const [, name = ''] of tokens.matchAll(/var\(\s*(--[\w-]+)/g)) read.add(name);
  return {
    hasToken: (name) => read.has(name),
    hasSelector(selector) {
      const required = selector.replaceAll(/:not\((?:[^()]|\([^()]*\))*\)/g, '');
      // Alternatives: one of them suffices.
      if (/:(?:is|where|has)\(/.test(required)) return true;
      return [...required.matchAll(/\.(cdx-[\w-]+)/g)].every(([, name = '']) => isUsed(name));
    },
  };
}

/** The plugin for PostCSS. @param folder that of the page */
export function usedStyle(folder: string) {
  const file = new URL(import.meta.resolve('@wikimedia/codex-design-tokens/theme-wikimedia-ui-root.css'));
  const used = usedStyleOf(textOfPage(folder), readFileSync(file, 'utf8'));
  return {
    postcssPlugin: 'used-style',
    Rule(rule: Rule): void {
      if (!rule.source?.input.file?.includes('@wikimedia/codex/')) return;
      // The steps of an animation are rules too.
      if (rule.parent?.type === 'atrule' && rule.parent.name?.endsWith('keyframes')) return;
      const selectors = rule.selectors.filter(used.hasSelector);
      if (selectors.length === 0) rule.remove();
      else if (selectors.length < rule.selectors.length) rule.selectors = selectors;
    },
    Declaration(declaration: Declaration): void {
      const isToken = declaration.source?.input.file?.includes('@wikimedia/codex-design-tokens/') ?? false;
      if (isToken && !used.hasToken(declaration.prop)) declaration.remove();
    },
  };
}
