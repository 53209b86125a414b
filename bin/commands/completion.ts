// Owns `spiderpig completion`: completions for bash, zsh and fish, which follow from the table of commands.
import { commonOptions, type ListedCommand, type OptionDescription } from '../../client/cli/description.ts';
import { optionNames, optionTable } from '../../schema/process/configuration/option.ts';
import { ConfigurationError } from '../../schema/process/error.ts';

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** Prints the script for a shell. */
export function run([shell = '']: readonly string[], table: readonly ListedCommand[]): void {
  const found = Object.entries(shells).find(([name]) => name === shell);
  if (found === undefined) throw new ConfigurationError('usage: spiderpig completion bash|zsh|fish');
  process.stdout.write(found[1](table));
}

/** All options of a command: its own, and those of all terminal commands or of the configuration. */
export function optionsOf(command: ListedCommand): readonly OptionDescription[] {
  if (command.on === 'terminal') return [...command.options, ...commonOptions];
  const configuration = optionNames
    .filter((name) => optionTable[name].placeholder !== null)
    .map((name) => {
      const { placeholder: value, help } = optionTable[name];
      return { name, value, help, ...(value?.includes('|') ? { words: value.split('|') } : {}) };
    });
  return [...command.options, ...configuration];
}

/** The words that complete an argument of a command: `bash|zsh|fish`, `create`, or the commands themselves. */
const wordsOf = ({ operands }: ListedCommand, table: readonly ListedCommand[]): readonly string[] =>
  operands.flatMap((operand) => {
    if (operand === '[COMMAND]') return table.map(({ name }) => name);
    return /^[a-z|]+$/.test(operand) ? operand.split('|') : [];
  });

/** Whether an argument or the value of an option is the name of a file or a directory. */
const isFile = (placeholder: string): boolean => /^(FILE|DIR|PATH)$/.test(placeholder);
const takesFile = ({ operands }: ListedCommand): boolean => operands.some(isFile);

function bashCompletion(table: readonly ListedCommand[]): string {
  const cases = table.map((command) => {
    const options = optionsOf(command);
    // Without words the shell completes the name of a file: no option can be a value.
    const values = options
      .filter(({ value }) => value !== null)
      .map(({ name, words }) =>
        words === undefined
          ? `        --${name}) return ;;\n`
          : `        --${name}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$word")); return ;;\n`,
      );
    const offered = [...wordsOf(command, table), ...options.map(({ name }) => `--${name}`)].join(' ');
    const choice = values.length === 0 ? '' : `      case "$before" in\n${values.join('')}      esac\n`;
    return `    ${command.name})\n${choice}      COMPREPLY=($(compgen -W '${offered}' -- "$word")) ;;\n`;
  });
  return `# bash completion for spiderpig, written by \`spiderpig completion bash\`
_spiderpig() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${table.map(({ name }) => name).join(' ')}' -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('')}  esac
}
complete -o default -F _spiderpig spiderpig
`;
}

/** Text within single quotes of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function zshCompletion(table: readonly ListedCommand[]): string {
  // In a specification of _arguments, brackets and colons are separators.
  const plain = (text: string): string => text.replaceAll(/[[\]:]/g, ' ');
  const names = table.map(({ name, summary }) => `    ${quoted(`${name}:${plain(summary)}`)}\n`);
  const cases = table.map((command) => {
    const options = optionsOf(command).map(({ name, value, words, help }) => {
      const values = words === undefined ? (isFile(value ?? '') ? '_files' : '') : `(${words.join(' ')})`;
      const argument = value === null ? '' : `:${plain(value)}:${values}`;
      return `        ${quoted(`--${name}[${plain(help)}]${argument}`)}`;
    });
    const words = wordsOf(command, table);
    const choices = takesFile(command) ? '_files' : `(${words.join(' ')})`;
    const operands =
      words.length === 0 && !takesFile(command) ? [] : [`        ${quoted(`1:argument:${choices}`)}`];
    return `    ${command.name})\n      _arguments \\\n${[...options, ...operands].join(' \\\n')} ;;\n`;
  });
  return `#compdef spiderpig
# zsh completion for spiderpig, written by \`spiderpig completion zsh\`
_spiderpig() {
  local -a commands=(
${names.join('')}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name="\${words[2]}"
  shift words
  (( CURRENT-- ))
  case "$name" in
${cases.join('')}  esac
}
if [ "$funcstack[1]" = _spiderpig ]; then _spiderpig; else compdef _spiderpig spiderpig; fi
`;
}

function fishCompletion(table: readonly ListedCommand[]): string {
  const lines = table.flatMap((command) => {
    const here = `complete -c spiderpig -n '__fish_seen_subcommand_from ${command.name}'`;
    return [
      `complete -c spiderpig -n __fish_use_subcommand -f -a ${command.name} -d ${fishQuoted(command.summary)}`,
      `${here} ${takesFile(command) ? '-F' : '-f'}`,
      ...wordsOf(command, table).map((word) => `${here} -f -a ${word}`),
      ...optionsOf(command).map((option) => `${here} ${fishOption(option)} -d ${fishQuoted(option.help)}`),
    ];
  });
  return `# fish completion for spiderpig, written by \`spiderpig completion fish\`\n${lines.join('\n')}\n`;
}

/** Text within single quotes of fish, where a backslash escapes. */
const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** An option and what completes its value: words, names of files, or nothing. fish refuses `-x` (which means `-r -f`) together with `-F`. */
function fishOption({ name, value, words }: OptionDescription): string {
  if (value === null) return `-f -l ${name}`;
  if (words !== undefined) return `-l ${name} -x -a ${fishQuoted(words.join(' '))}`;
  return isFile(value) ? `-l ${name} -r -F` : `-l ${name} -x`;
}
