// Main: fails if the message of a new commit breaks the rules of CONTRIBUTING.md. Merge commits and commits up to the one in `commit-base` are exempt.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, report } from './report.ts';

/** What the rules need to know about a commit. */
export interface Commit {
  /** Abbreviated. */
  readonly hash: string;
  readonly subject: string;
  readonly body: string;
  /** The paths that it changes. */
  readonly files: readonly string[];
}

const maxSubjectLength = 72;

/** Imperatives that look like another form of a verb. */
const imperatives = new Set([
  'Alias',
  'Bias',
  'Bring',
  'Embed',
  'Exceed',
  'Feed',
  'Focus',
  'Need',
  'Ping',
  'Seed',
  'Shed',
  'Speed',
]);

/** Words that begin a statement about the code. An imperative begins with none of them. */
const notVerbs = new Set(
  'A All An And Any At By Each Every For From Here How If In It Its No Not Nothing Now Of On One Only Our Some That The Their There They This To Two What When Where Which Who Why With'.split(
    ' ',
  ),
);

/** Verbs that begin a second change after "and". Words that are also nouns, such as "test", are left out to avoid false alarms. */
const secondVerb =
  /\band (?:add|delete|extract|fix|give|introduce|make|remove|rename|replace|rewrite|split)\b/;

/** Why the first word is not an imperative, or null. Finds the usual mistakes, not all of them. */
function moodProblem(word: string): string | null {
  if (!/^[A-Z]/.test(word)) return 'must start with a capital letter';
  if (imperatives.has(word)) return null;
  if (notVerbs.has(word) || /(?:ed|ing|[^s]s)$/.test(word)) {
    return `must start with a verb in the imperative, for example "Add" or "Fix", not with "${word}"`;
  }
  return null;
}

const isDocumentation = (path: string): boolean => path.endsWith('.md') || path.startsWith('docs/');

/** Everything that is wrong with the message of one commit. */
export function checkCommit({ hash, subject, body, files }: Commit): Problem[] {
  const messages: string[] = [];
  const length = [...subject].length;
  if (length > maxSubjectLength)
    messages.push(`has ${length} characters; at most ${maxSubjectLength} are allowed`);
  const mood = moodProblem(subject.split(/[\s:]/)[0] ?? '');
  if (mood !== null) messages.push(mood);
  if (subject.includes(';') || secondVerb.test(subject)) messages.push('names two changes; make two commits');
  if (subject.endsWith('.')) messages.push('must not end with a full stop');
  if (body.trim() === '' && !files.every(isDocumentation)) {
    messages.push('needs a body that says why, because it changes more than documentation');
  }
  return messages.map((message) => ({ where: `commit ${hash} "${subject}"`, message }));
}

/** Fields in the output of Git end with this byte, which no message contains. */
const separator = '\0';

/** Reads the commits after `base` that are not merges, oldest first. */
export function readCommits(root: string, base: string): Commit[] {
  const format = ['--format=%x00%h%x00%s%x00%b%x00', '--name-only'];
  const output = execFileSync('git', ['log', '--no-merges', '--reverse', ...format, `${base}..HEAD`], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  });
  const fields = output.split(separator).slice(1);
  return Array.from({ length: Math.floor(fields.length / 4) }, (_, index) => {
    const [hash = '', subject = '', body = '', names = ''] = fields.slice(index * 4, index * 4 + 4);
    return { hash, subject, body, files: names.split('\n').filter((name) => name !== '') };
  });
}

/** Whether this clone has the commit and everything between it and HEAD. */
function hasHistorySince(root: string, base: string): boolean {
  try {
    execFileSync('git', ['merge-base', '--is-ancestor', base, 'HEAD'], { cwd: root, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..', '..');
  const base = readFileSync(join(import.meta.dirname, 'commit-base'), 'utf8').trim();
  if (hasHistorySince(root, base)) {
    const commits = readCommits(root, base);
    report(commits.flatMap(checkCommit));
    process.stdout.write(`${commits.length} commit messages checked\n`);
  } else {
    process.stdout.write(
      `Commit messages were NOT checked: this clone does not have the history since ${base}. Fetch it with git fetch --unshallow.\n`,
    );
  }
}
