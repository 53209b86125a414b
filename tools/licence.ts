// Owns which licences the code in the build may have. Not where their texts are written (bundled-package.ts).

/** Licences that allow the build to be distributed with their texts, which it contains. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

const styleSheets = 'only its style sheets, as separate files beside the code, with their licence';

/** Packages with another licence, and why each is acceptable. */
const exceptions: Readonly<Record<string, { readonly licence: string; readonly reason: string }>> = {
  '@wikimedia/codex': { licence: 'GPL-2.0+', reason: styleSheets },
  '@wikimedia/codex-design-tokens': { licence: 'GPL-2.0+', reason: styleSheets },
  'web-push': {
    licence: 'MPL-2.0',
    reason:
      'the licence covers only its files, which are not changed, and the build says where their source is',
  },
};

/** Why a package may not be in the build; null if it may. `licence`: as its package.json names it. Pure. */
export function licenceProblem(name: string, licence: unknown): string | null {
  if (typeof licence !== 'string') return `${name} names no licence`;
  if (Object.hasOwn(exceptions, name) && exceptions[name]?.licence === licence) return null;
  // Of alternatives, one that is allowed is enough.
  const alternatives = licence.replaceAll(/^\(|\)$/g, '').split(' OR ');
  return alternatives.some((each) => allowed.has(each)) ? null : `${name} has the licence “${licence}”`;
}
