// Main: fails if a package in package-lock.json does not come from the configured registry, or npm could not recognise changed content. The lock file names no host, so that npm asks the registry that is configured.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../schema/process/files.ts';
import { type Problem, report } from './report.ts';

/** An entry of `packages` in package-lock.json, as far as it is checked. */
interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  /** Another name in the registry than that of the folder. */
  readonly name?: string;
}

/** What is wrong with a lock file. `packages`: its member of this name. Pure. */
export function lockProblems(packages: Readonly<Record<string, Locked>>): Problem[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    // The root, workspaces and links to them are folders of the checkout.
    if (!path.includes('node_modules/')) return [];
    const problems = entry.link ? linkProblems(entry, packages) : packageProblems(entry);
    return problems.map((message) => ({ where: path, message }));
  });
}

/** A link must lead to a workspace, not to a folder outside of the checkout. Pure. */
const linkProblems = ({ resolved = '' }: Locked, packages: Readonly<Record<string, Locked>>): string[] =>
  Object.hasOwn(packages, resolved) && !resolved.includes('..')
    ? []
    : ['links to another folder than a workspace'];

function packageProblems({ version = '', resolved, integrity = '', name }: Locked): string[] {
  return [
    ...(name === undefined ? [] : [`is the package “${name}” under another name`]),
    ...(resolved === undefined
      ? []
      : ['names an address (“resolved”): it must come from the registry, like all others']),
    ...(/^[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?$/.test(version) ? [] : ['has no exact version']),
    ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity) ? [] : ['has no SHA-512 hash']),
  ];
}

if (import.meta.main) {
  const { packages } = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8'));
  report(lockProblems(packages));
}
