// Owns how a browser is called for people, from what it calls itself. Pure. Owns no markup: what it gives is still foreign text.

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

/** Longer than this, in UTF-16 units, what nobody knows is cut. */
const longest = 40;

/** `Firefox 145 on Linux`; what is not known, as it calls itself, cut; null where it said nothing. Anybody can call themselves anything. */
export function browserName(agent: string | null): { browser: string; system: string | null } | null {
  if (agent === null || agent.trim() === '') return null;
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1] ?? null;
  for (const [pattern, name] of browsers) {
    const version = pattern.exec(agent)?.[1];
    if (version !== undefined) return { browser: `${name} ${version}`, system };
  }
  const cut = agent.length > longest ? `${agent.slice(0, longest)}…` : agent;
  return { browser: cut, system: null };
}
