// Owns which characters of foreign text are shown as they are. Owns no markup: see foreign-text.tsx.

// Characters that reorder, hide or imitate the text beside them: bidirectional controls and isolates, zero-width and filler
// characters, line separators, tags, and selectors of variants, of which a sequence can carry a hidden text. For joiners and the selectors of emoji see below.
const misleading =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{1bca0}-\u{1bca3}\u{1d159}\u{1d173}-\u{1d17a}\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]|\u034f|\u17b4|\u17b5|[\ufe00-\ufe0d]/gu;
// Joiners are needed in Persian, in Indic scripts and in emoji. Beside Latin letters they only mislead.
const strayJoiner = /(?<![\u0300-\u{10ffff}])[\u200c\u200d]|[\u200c\u200d](?![\u0300-\u{10ffff}])/gu;
// A selector chooses the form of the emoji, the ideograph or the Mongolian letter before it. After anything else, also after another selector, it is only
// invisible.
const straySelector =
  /(?<![\u00a9\u00ae\u2000-\ufdff\u{1f000}-\u{1faff}0-9#*])[\ufe0e\ufe0f]|(?<![\u1820-\u18aa])[\u180b-\u180d\u180f]|(?<![\u3400-\u9fff\u{20000}-\u{3ffff}])[\u{e0100}-\u{e01ef}]/gu;
// Whole escape sequences, so that no `[31m` remains. The log shows their colours instead (terminal/text-style.ts).
const sequence = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/g;
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const suspicious =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d159}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\u034f|\u17b4|\u17b5|[\ufe00-\ufe0f]|[\u180b-\u180f]/u;

/**
 * Replaces characters that are invisible or reorder text by their code point, `‹U+202E›`, and removes control characters other than tab
 * and newline. For log lines, prompts, labels, commit messages and names.
 */
export function harmless(text: string): string {
  if (!suspicious.test(text)) return text;
  return text
    .replaceAll(sequence, '')
    .replaceAll(control, '')
    .replaceAll(strayJoiner, codePointOf)
    .replaceAll(straySelector, codePointOf)
    .replaceAll(misleading, codePointOf);
}

/** The same as one line, for labels, titles and names. */
export function harmlessLabel(text: string): string {
  return harmless(text).replaceAll(/\s+/g, ' ').trim();
}

/**
 * A name as one line, in which nothing is folded or removed, so that two different names never look the same: blanks that a page would fold are
 * shown as `␣`, other white space and control characters by their code point. For names of users and tokens; new ones contain none of these.
 */
export function harmlessName(name: string): string {
  const visible = name
    .replaceAll(/[\x00-\x1f\x7f-\x9f]|(?! )\s/g, codePointOf)
    .replaceAll(/^ +| +$| {2,}/g, (blanks) => '␣'.repeat(blanks.length));
  return harmless(visible);
}

function codePointOf(character: string): string {
  const number = character.codePointAt(0) ?? 0;
  return `‹U+${number.toString(16).toUpperCase().padStart(4, '0')}›`;
}
