// Owns `spiderpig help`: prints all commands and options.
import { optionUsage } from '../../schema/process/option-text.ts';
import { usage } from '../command.ts';

export async function run(): Promise<void> {
  const options = `options (environment variable):
${optionUsage('general')}
options of the identity provider (OpenID Connect), see docs/operations.md:
${optionUsage('identity provider')}`;
  process.stdout.write(usage(options));
}
