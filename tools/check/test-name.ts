// Main: fails if the name of a test begins with a verb: a failure line of CI must say what does it.
import { join } from 'node:path';
import { type Problem, report } from './report.ts';
import { type Files, isTest, lineAt, readFiles } from './source.ts';

/** Verbs with which names of tests began. Words that are nouns too (marks, lists, writes) are left out. */
const verbs = [
  'accepts|adds|allows|announces|asks|begins|cancels|carries|checks|clears|closes|collapses|collects|compares|completes',
  'computes|copies|creates|decodes|deletes|delivers|derives|disables|discards|disconnects|distinguishes|does|draws|drops',
  'encodes|ends|escapes|executes|fails|finds|follows|forgets|frees|gives|handles|has|hides|ignores|installs|is|joins|keeps',
  'kills|knows|leaves|lets|loses|makes|masks|matches|may|merges|must|needs|never|notifies|offers|opens|parses|passes|prefers',
  'prints|puts|reads|recognises|rejects|refuses|releases|remembers|removes|renders|replaces|replays|reports|requires|resets',
  'resumes|retries|returns|reveals|runs|says|scans|sees|sends|serves|sets|shows|signs|skips|sorts|splits|starts|stops|stores',
  'succeeds|supports|survives|takes|throws|treats|tries|waits',
].join('|');

/** The name stands after `it(`, `test(`, or the second parenthesis of `test.each(…)(`. Numbers of attacks may stand before it. */
const verbFirst = new RegExp(
  `(?:\\b(?:it|test)(?:\\.(?:skip|only))?\\(|\\)\\()\\s*['"\`](?:[A-Z]\\d+[:,]? )*(?:${verbs}) [^'"\`]`,
  'g',
);

/** Every test whose name begins with a verb. */
export function findNamesWithoutSubject(files: Files): Problem[] {
  return [...files].flatMap(([path, text]) =>
    [...text.matchAll(verbFirst)].map((match) => ({
      where: path,
      line: lineAt(text, match.index + match[0].length - 1),
      message:
        'the name of this test has no subject: write what does it, such as "the server …" or "a queued job …"',
    })),
  );
}

if (import.meta.main) {
  // The test of this check contains such names on purpose.
  const isChecked = (path: string): boolean => isTest(path) && path !== 'tools/check/test-name.test.ts';
  report(findNamesWithoutSubject(readFiles(join(import.meta.dirname, '..', '..'), isChecked)));
}
