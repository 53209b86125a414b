// Owns running promtool, Prometheus's own check. Tests that need it are skipped where it is not installed (Debian: apt-get install prometheus).
import { spawnSync } from 'node:child_process';

/** Whether promtool is installed. */
export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** Runs promtool; returns its complaints, empty if there are none. */
export function promtool(args: readonly string[], input = ''): string {
  const { status, stderr, stdout } = spawnSync('promtool', [...args], { input, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}
