import { expect, it } from 'vitest';
import { parseConfigurationFile } from './configuration-file.ts';
import { settingsOf, unknownVariables } from './configuration-report.ts';

const file = parseConfigurationFile(
  '/etc/x.env',
  'SPIDERPIG_DATABASE_URL=postgresql://u:secret@db/x\nSPIDERPIG_LANE=a\nPGPASSFILE=/p\n',
);
const sources = {
  options: { port: '9000' },
  environment: { SPIDERPIG_HOST: '::1', SPIDERPIG_TOKEN: 'x', SPIDERPIG_PROT: '1' },
  root: '/nowhere',
  file,
};

it('the configuration report reports each option with its value and source, without the password', () => {
  const settings = settingsOf(sources);
  const setting = (variable: string) => settings.find((each) => each.variable === variable);
  expect(setting('SPIDERPIG_PORT')).toMatchObject({ option: '--port', value: '9000', source: 'option' });
  expect(setting('SPIDERPIG_HOST')).toMatchObject({ value: '::1', place: 'SPIDERPIG_HOST' });
  expect(setting('SPIDERPIG_DATABASE_URL')).toMatchObject({
    value: 'postgresql://u:…@db/x',
    source: 'file',
    place: '/etc/x.env: SPIDERPIG_DATABASE_URL',
  });
  expect(setting('SPIDERPIG_CONFIG')?.value).toBe('/etc/x.env');
  expect(setting('LOG_LEVEL')).toMatchObject({ option: null, value: 'info', source: 'default' });
});

it('the configuration report names variables of the environment and the file that no option has', () => {
  expect(unknownVariables(sources)).toEqual(['SPIDERPIG_LANE', 'SPIDERPIG_PROT']);
});
