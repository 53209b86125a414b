// Main: fails if code, documentation or the schema uses a word of this project's former private English. `--report` lists them without failing.
import { join } from 'node:path';
import { type Problem, report } from './report.ts';
import { type Files, isSource, lineAt, readFiles } from './source.ts';

/** A banned word or phrase, as the source of a regular expression, and what to write instead. */
interface BannedWord {
  readonly pattern: string;
  readonly instead: string;
}

/** A word is found alone (`deed`) and as a part of a name in camel case (`lastDeed`). */
const bannedWords: readonly BannedWord[] = [
  { pattern: 'whoever', instead: 'name the subject: the user, the client, the process' },
  { pattern: 'whatever', instead: 'any' },
  { pattern: 'anew', instead: 'again' },
  { pattern: 'deeds?', instead: 'task, statement, action' },
  { pattern: 'wish(?:es|ed|ing)?', instead: 'request, or queue' },
  { pattern: 'mend(?:s|ed|ing)?', instead: 'fix' },
  { pattern: 'toTheEnd', instead: 'run, finish' },
  { pattern: 'drowsy', instead: 'idle, throttled' },
  { pattern: '(?:it|that|which) (?:is|are|was|were) none', instead: 'is not …' },
  {
    pattern: '(?<!awa)(?:that|which|still|it|they|none|nothing|code|token|session) counts',
    instead: 'is valid, is active',
  },
  { pattern: 'counts? no more', instead: 'is no longer valid' },
  { pattern: 'what (?:came|comes|becomes|became) of', instead: 'the result of' },
  { pattern: '(?:is|are|was|were) (?:not )?told', instead: 'receives, is notified, reads' },
  {
    pattern: 'tells? (?:the others|everybody|everyone|clients|people|processes)',
    instead: 'notifies, informs, shows to, reports to',
  },
  {
    pattern: '(?<![Tt]here )(?:is|are|was|were) no (?!longer|more|one\\b)[A-Za-z]+',
    instead: 'is not a …, is not …',
  },
  { pattern: 'shall', instead: 'must, is to' },
  { pattern: 'stands? still', instead: 'does not change, stops' },
  { pattern: 'comes? along', instead: 'is included too' },
  { pattern: 'once more', instead: 'again' },
  { pattern: 'in words', instead: 'as text, as a sentence' },
  { pattern: 'now and then', instead: 'at intervals, sometimes' },
  { pattern: 'in force', instead: 'current, effective' },
  { pattern: 'nevertheless', instead: 'anyway' },
  { pattern: 'kept out', instead: 'suspended, rejected' },
  { pattern: 'calls? itself so|is called so', instead: 'has this name' },
  {
    pattern: '(?:client|browser|user|server|process|supervisor) (?:has|have) gone',
    instead: 'has disconnected, has left, has ended',
  },
  { pattern: '(?:scap|job|supervisor|it) (?:goes|go) on', instead: 'continues' },
  { pattern: '(?:learn|hear)s? of', instead: 'is notified of, receives' },
  { pattern: 'farewell|patience', instead: 'delay, time limit' },
  { pattern: 'for ever', instead: 'permanently, indefinitely' },
  { pattern: 'somebody', instead: 'name the subject: a user, a person, another process' },
  { pattern: 'everybody', instead: 'everyone' },
  { pattern: 'at once', instead: 'immediately, at the same time, at a time, together' },
  { pattern: 'errors? of production', instead: 'production errors' },
  { pattern: '(?<!class )of (?:its|their) own(?! [a-z])', instead: 'its own …, a separate …' },
  { pattern: 'there is none', instead: 'none exists' },
  { pattern: 'in the place of', instead: 'in place of, instead of' },
  {
    pattern: '(?:null|undefined|empty): (?:it|there|none|not|nobody|nothing|they)',
    instead: 'null if it …, null if none exists',
  },
];

/** Files that name the words on purpose, or that a released version fixes. */
const isExempt = (path: string): boolean =>
  path.startsWith('tools/check/words') ||
  path === 'CONTRIBUTING.md' ||
  // scap's own words.
  path.startsWith('schema/text/question-key') ||
  path === 'jobrunner/simulator/scap/backport.ts' ||
  /^schema\/model\/migration\/(?:sqlite|postgresql)\//.test(path) ||
  path.startsWith('schema/graphql/released/') ||
  path.endsWith('package-lock.json');

const isChecked = (path: string): boolean =>
  !isExempt(path) &&
  (isSource(path) || /\.(?:md|css|html|graphql|sh|json)$/.test(path)) &&
  !path.startsWith('client/generated/');

const expressions = bannedWords.map(({ pattern, instead }) => {
  const capitalized = pattern.replace(/^\w/, (letter) => letter.toUpperCase());
  return {
    instead,
    expression: new RegExp(`(?:(?<![a-z])(?:${pattern})|(?:${capitalized}))(?![a-z])`, 'g'),
  };
});

/** Every use of a banned word. */
export function findBannedWords(files: Files): Problem[] {
  return [...files].flatMap(([path, text]) =>
    expressions.flatMap(({ expression, instead }) =>
      [...text.matchAll(expression)].map((match) => ({
        where: path,
        line: lineAt(text, match.index),
        message: `"${match[0]}" is not used here; write instead: ${instead}`,
      })),
    ),
  );
}

if (import.meta.main) {
  const problems = findBannedWords(readFiles(join(import.meta.dirname, '..', '..'), isChecked));
  report(problems);
  if (process.argv.includes('--report')) {
    process.stdout.write(`${problems.length} uses of banned words\n`);
    process.exitCode = 0;
  }
}
