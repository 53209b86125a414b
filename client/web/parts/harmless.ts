// Owns which characters of foreign text may reach the page as they are. Owns no markup: see text-with-links.tsx.

// Characters that reorder, hide or forge what stands beside them: bidi controls and isolates, zero-width and filler
// characters, separators that break lines, tags. Joiners are judged by their neighbours below.
const treacherous =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
// Joiners shape Persian, Indic scripts and emoji; beside plain letters they can only mislead.
const strayJoiner = /(?<![\u0300-\u{10ffff}])[\u200c\u200d]|[\u200c\u200d](?![\u0300-\u{10ffff}])/gu;
// Whole colour sequences, so that no `[31m` is left of them; the log gives them their colour instead (ansi.ts).
const sequence = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/g;
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const quickLook =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

/**
 * Text in which nothing is invisible or moves its neighbours: such characters are shown by their number, `‹U+202E›`;
 * control characters but tab and newline are left out. For log lines, prompts, labels, commit messages, names.
 */
export function harmless(text: string): string {
  if (!quickLook.test(text)) return text;
  return text
    .replaceAll(sequence, '')
    .replaceAll(control, '')
    .replaceAll(strayJoiner, named)
    .replaceAll(treacherous, named);
}

/** The same on one line, for labels, titles and names. */
export function harmlessLabel(text: string): string {
  return harmless(text).replaceAll(/\s+/g, ' ').trim();
}

function named(character: string): string {
  const number = character.codePointAt(0) ?? 0;
  return `‹U+${number.toString(16).toUpperCase().padStart(4, '0')}›`;
}
