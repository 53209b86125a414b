// Owns the line of `npm test` about known vulnerabilities in dependencies. It never fails the run, because it depends on a registry.
import { spawnSync } from 'node:child_process';

/** How long to wait for the registry, in milliseconds. */
const timeout = 20_000;

/** One line about known vulnerabilities in production dependencies, or about why they are not known. */
export function auditReport(root: string): string {
  const { stdout, error } = spawnSync('npm', ['audit', '--omit', 'dev', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout,
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
    if (counts.length === 0) return 'npm audit: skipped (the registry has no advisories)';
    const found = counts.filter(([grade, count]) => grade !== 'total' && Number(count) > 0);
    return found.length === 0
      ? 'npm audit: no known vulnerabilities in production dependencies'
      : `npm audit: ${found.map(([grade, count]) => `${count} ${grade}`).join(', ')}; see \`npm audit --omit dev\``;
  } catch {
    return 'npm audit: skipped (the registry does not answer)';
  }
}
