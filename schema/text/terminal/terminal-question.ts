// Owns how a question reads in a terminal: with its choices and its default, as scap itself prints them. Pure. Not its escape sequences.

/** A question, as it is shown. */
export interface ShownQuestion {
  readonly prompt: string;
  /** Empty for a text question. */
  readonly choices: readonly { readonly label: string; readonly code: string }[];
  readonly default?: string | null | undefined;
}

/**
 * The text of a question, with line breaks. Yes-or-no: `Continue? [y/N]:`. Other choices are listed, one a line, between the explanation and
 * what follows its last blank line: `What do you want to do? (default: [r]):`.
 */
export function terminalQuestion({ prompt, choices, default: fallback }: ShownQuestion): string {
  const text = prompt.replaceAll(/\r\n?/g, '\n').trimEnd();
  if (choices.length === 0) return text;
  if (isYesNo(choices)) {
    const [yes, no] = [fallback === 'y' ? 'Y' : 'y', fallback === 'n' ? 'N' : 'n'];
    return `${text} [${yes}/${no}]:`;
  }
  const list = choices.map(({ label, code }) => `[${code}] ${label}`).join('\n');
  const isDefault = fallback == null ? '' : ` (default: [${fallback}])`;
  const blank = text.lastIndexOf('\n\n');
  const [explanation, question] = blank < 0 ? ['', text] : [text.slice(0, blank + 2), text.slice(blank + 2)];
  return `${explanation}${list}\n${question}${isDefault}:`;
}

const isYesNo = ([yes, no, ...others]: ShownQuestion['choices']): boolean =>
  others.length === 0 && yes?.label === 'Yes' && yes.code === 'y' && no?.label === 'No' && no.code === 'n';
