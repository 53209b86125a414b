// Owns running nginx in front of a server. Tests that need it are skipped where it is not installed (Debian: apt-get install nginx-light).
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './port.ts';

/** Whether nginx is installed. */
export const hasNginx = spawnSync('nginx', ['-v']).status === 0;

/** A running nginx. */
export interface Nginx extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
}

/** Starts nginx. `locations`: what stands inside of its only server. */
export async function openNginx(locations: string): Promise<Nginx> {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-nginx-'));
  const port = await freePort();
  writeFileSync(join(directory, 'nginx.conf'), configuration(directory, port, locations));
  const child = spawn('nginx', ['-p', directory, '-c', 'nginx.conf', '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  const origin = `http://127.0.0.1:${port}`;
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  // Nothing says when it listens.
  while (!(await fetch(`${origin}/nginx-is-ready`).catch(() => null))) {
    if (child.exitCode !== null) throw new Error(`nginx did not start: ${stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    origin,
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const configuration = (directory: string, port: number, locations: string): string => `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
pid ${directory}/pid;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${directory}/${name};`).join(' ')}
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  server {
    listen 127.0.0.1:${port};
    location = /nginx-is-ready { return 204; }
    ${locations}
  }
}
`;
