// Owns the errors that simulated deployments cause: they are in a file of the staging directory, which the simulated scap writes. Not the usual errors (document.ts).
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { liveVersions } from '../scap/validation.ts';
import type { SimulatedMessage } from './document.ts';

/** How long errors occur after a deployment that causes them, in milliseconds. */
const duration = 180_000;
/** How many deployments are remembered. */
const remembered = 20;

const fileIn = (staging: string): string => join(staging, '.simulation', 'errors.json');

/** The errors that deployments have caused. */
export function readOutbreaks(staging: string): readonly SimulatedMessage[] {
  const file = fileIn(staging);
  const list: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  if (!Array.isArray(list)) return [];
  return list.map(({ target, from }: { readonly target: unknown; readonly from: unknown }) => ({
    text: '[{reqId}] {exception_url}   TypeError: ReferencePreview::newFromKey(): Argument #1 ($key) must be of type string, null given',
    perMinute: target === 'canaries' ? 20 : 120,
    target: target === 'canaries' ? 'canaries' : 'production',
    versions: liveVersions.slice(-1),
    wikis: ['enwiki', 'dewiki', 'frwiki', 'commonswiki'],
    from: Number(from),
    until: Number(from) + duration,
  }));
}

/** From now on a deployment causes errors. */
export function beginOutbreak(staging: string, target: 'canaries' | 'production', now: number): void {
  const before = readOutbreaks(staging).map((each) => ({ target: each.target, from: each.from }));
  const list = [...before, { target, from: now }].slice(-remembered);
  writeFileSync(fileIn(staging), `${JSON.stringify(list, null, 4)}\n`);
}
