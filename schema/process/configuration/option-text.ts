// Owns how the table of options is shown: in the usage text of `spiderpig help`, and as Markdown in docs/operations.md. Pure.
import { type OptionName, type OptionSection, optionNames, optionTable } from './option.ts';

/** The options of a section as lines of a usage text. */
export function optionUsage(section: OptionSection): string {
  return optionNames
    .filter((name) => optionTable[name].section === section)
    .map((name) => {
      const { placeholder, variable, help } = optionTable[name];
      const title = placeholder === null ? variable : `--${name} ${placeholder}  (${variable})`;
      return `  ${title}\n      ${plain(`${help} (default: ${defaultOf(name)})`)}\n`;
    })
    .join('');
}

/** The options of a section as a Markdown table. */
export function optionMarkdown(section: OptionSection): string {
  const rows = optionNames
    .filter((name) => optionTable[name].section === section)
    .map((name) => {
      const option = optionTable[name];
      const { placeholder, variable, readBy } = option;
      const cells = [
        placeholder === null ? '' : `\`--${name} ${placeholder.replaceAll('|', '\\|')}\``,
        `\`${variable}\``,
        defaultOf(name),
        readBy.join(', '),
        [option.help, ...('details' in option ? [option.details] : [])].join('. '),
      ];
      return `| ${cells.join(' | ')} |\n`;
    });
  return `| option | environment | default | used by | |\n|---|---|---|---|---|\n${rows.join('')}`;
}

/** The default of an option in Markdown. */
function defaultOf(name: OptionName): string {
  const option = optionTable[name];
  if ('defaultNote' in option) return option.defaultNote ?? '';
  return option.value.default ? `\`${option.value.default}\`` : 'none';
}

const plain = (markdown: string): string => markdown.replaceAll('`', '');
