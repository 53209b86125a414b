// Owns which characters of foreign text are shown as they are. Owns no markup: see foreign-text.tsx.

// Characters that reorder, hide or imitate the text beside them: bidirectional controls and isolates, zero-width and filler
// characters, line separators, tags. For joiners see below.
const misleading =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
// Joiners are needed in Persian, in Indic scripts and in emoji. Beside Latin letters they only mislead.
const strayJoiner = /(?<![\u0300-\u{10ffff}])[\u200c\u200d]|[\u200c\u200d](?![\u0300-\u{10ffff}])/gu;
// Whole escape sequences, so that no `[31m` remains. The log shows their colours instead (log/ansi.ts).
const sequence = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/g;
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const suspicious =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

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
