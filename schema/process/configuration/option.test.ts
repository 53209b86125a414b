import { expect, it } from 'vitest';
import { optionNames, optionTable } from './option.ts';
import { optionMarkdown, optionUsage } from './option-text.ts';
import { withoutPassword } from './option-value.ts';

it('no two options share an environment variable', () => {
  const variables = optionNames.map((name) => optionTable[name].variable);
  expect(new Set(variables).size).toBe(variables.length);
});

it('the default of each option is accepted by its own parser', () => {
  for (const name of optionNames) expect(() => optionTable[name].value.read(null, {})).not.toThrow();
});

it('the usage text names each option with its placeholder, variable and default', () => {
  expect(optionUsage('general')).toContain(
    '  --stop-grace SECONDS  (SPIDERPIG_STOP_GRACE)\n      seconds after which a stop continues to its next signal by itself (SIGINT, SIGTERM, SIGKILL), 1 to 3600; 0: never (default: 0)\n',
  );
  expect(optionUsage('general')).toContain('\n  LOG_LEVEL\n');
  expect(optionUsage('identity provider')).not.toContain('--port');
});

it('the Markdown table has one row of five cells for each option', () => {
  const lines = [
    ...optionMarkdown('general').split('\n'),
    ...optionMarkdown('error log').split('\n'),
    ...optionMarkdown('identity provider').split('\n'),
  ];
  const rows = lines.filter((line) => line.includes('`') && line.startsWith('|'));
  expect(rows).toHaveLength(optionNames.length);
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(7);
});

it('a database URL is shown without its password', () => {
  expect(withoutPassword('postgresql://u:p%40:x@h/d')).toBe('postgresql://u:…@h/d');
});

it.each([
  // The last @ ends the password.
  ['postgresql://u:p@rest@h/d', 'postgresql://u:…@h/d'],
  ['postgresql://u:p/@rest@h/d', 'postgresql://u:…@h/d'],
  ['postgresql://h/d?user=u&p%61ssword=secret&x=1', 'postgresql://h/d?user=u&p%61ssword=…&x=1'],
  ['postgresql://h:5432/d?application_name=a@b', 'postgresql://h:5432/d?application_name=a@b'],
])('S4 the password in %j is hidden completely, and nothing else', (url, shown) => {
  expect(withoutPassword(url)).toBe(shown);
});
