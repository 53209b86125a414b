// Owns what `npm test` says of known holes in what we install: a report and no check, since it depends on a registry and on the day.
import { spawnSync } from 'node:child_process';

/** How long the registry may take, in milliseconds. */
const patience = 20_000;

/** A line about known vulnerabilities of what runs in production, or why there is none. */
export function auditReport(root: string): string {
  const { stdout, error } = spawnSync('npm', ['audit', '--omit', 'dev', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: patience,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (error) return `npm audit: skipped (${error.message})`;
  try {
    const report: unknown = JSON.parse(stdout);
    const counts =
      typeof report === 'object' &&
      report !== null &&
      'metadata' in report &&
      typeof report.metadata === 'object'
        ? Object.entries(Object(report.metadata).vulnerabilities ?? {})
        : [];
    if (counts.length === 0) return 'npm audit: skipped (the registry gives no advice)';
    const found = counts.filter(([grade, count]) => grade !== 'total' && Number(count) > 0);
    return found.length === 0
      ? 'npm audit: nothing is known against what runs in production'
      : `npm audit: ${found.map(([grade, count]) => `${count} ${grade}`).join(', ')}; see \`npm audit --omit dev\``;
  } catch {
    return 'npm audit: skipped (the registry does not answer)';
  }
}
