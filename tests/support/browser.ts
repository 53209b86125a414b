// Owns Chromium for tests: finds it, installs it if possible, and starts it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Chromium without its own windows starts with half of the CPU time. */
const shells = ['chromium-headless-shell', 'chrome-headless-shell'];
const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of Chromium: from the environment variable CHROMIUM, else from PATH. `names`: from the most to the least wanted. `null` if not found. */
function findBrowser(names: readonly string[] = browsers): string | null {
  const named = process.env['CHROMIUM'];
  if (named) return canRun(named) ? named : null;
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [
    ...directories.flatMap((directory) => names.map((name) => join(directory, name))),
    ...places,
  ];
  return candidates.find(canRun) ?? null;
}

/** As {@link findBrowser}. Without a browser, it installs the Debian package, which needs root. */
export function findOrInstallBrowser(): string | null {
  const found = findBrowser();
  if (found || process.getuid?.() !== 0 || !canRun('/usr/bin/apt-get')) return found;
  process.stdout.write('\nChromium is not installed. Installing it.\n');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '-qq', '--no-install-recommends', 'chromium'];
  for (const args of [['update', '-qq'], [...install, 'chromium-headless-shell'], install]) {
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  }
  return findBrowser();
}

/** What a test needs of the browser. */
export interface BrowserNeeds {
  /** The browser with its windows, which alone has notifications, push and installed apps. Default: without them if it is installed. */
  readonly complete?: boolean;
}

/** Starts a headless Chromium without background network requests. */
export async function openBrowser({ complete = false }: BrowserNeeds = {}): Promise<Browser> {
  const executablePath = findBrowser(complete ? browsers : [...shells, ...browsers]);
  if (executablePath === null) throw new Error('Chromium was not found; set CHROMIUM to its path');
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
