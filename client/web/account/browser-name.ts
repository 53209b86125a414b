// Owns the name of a browser for users, from its User-Agent header. Pure. The result is still untrusted text.

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\bFxiOS\/(\d+)/, 'Firefox'],
  [/\bCriOS\/(\d+)/, 'Chrome'],
  [/\b(?:Headless)?Chrome\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//, 'Safari'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** An unknown User-Agent is cut after this many UTF-16 code units. */
const maxLength = 40;

/** The browser and its system; an unknown User-Agent as it is, cut; null when there was none. */
export function browserName(agent: string | null): { browser: string; system: string | null } | null {
  if (agent === null || agent.trim() === '') return null;
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1] ?? null;
  for (const [pattern, name] of browsers) {
    const version = pattern.exec(agent)?.[1];
    if (version !== undefined) return { browser: `${name} ${version}`, system };
  }
  const cut = agent.length > maxLength ? `${agent.slice(0, maxLength)}…` : agent;
  return { browser: cut, system: null };
}
