// Main: fails if the documentation names a file, command, option, variable or identifier that does not exist, or links to a missing file; or if a comment names a missing file.
import { join, posix } from 'node:path';
import { commands } from '../../bin/command.ts';
import { type Problem, report } from './report.ts';
import { type Files, isSource, lineAt, listFiles, readFiles } from './source.ts';

/** What the documentation is compared with. */
export interface Repository {
  /** Every path in the repository. */
  readonly paths: readonly string[];
  /** The text of all code, schema and configuration, without documentation. */
  readonly code: string;
  /** The scripts of package.json. */
  readonly scripts: readonly string[];
  /** The commands of `spiderpig`. */
  readonly commands: readonly string[];
}

/**
 * Names of other software, which do not occur in our code. Keep the list short: a name of ours never belongs here.
 */
const foreignNames = new Set([
  'http_proxy',
  'https_proxy',
  'no_proxy',
  // SQL, shell, npm and PostgreSQL
  'UPDATE',
  'cp',
  'npm run',
  'synchronous_commit',
  // Errors and settings of OAuth, of graphql-yoga and of CAS
  'client_secret_post',
  'invalid_grant',
  'invalid_scope',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'cas.properties',
  // Files and commands of scap and MediaWiki, and files of a simulated staging directory
  'wikiversions.json',
  'wikiversions-production.json',
  '.simulation/behaviour.json',
  '.simulation/task.json',
  'fake-backport',
  // Hosts in an example
  'web1',
  'web2',
]);

/** Files that a command writes and Git ignores. */
const writtenFiles = new Set(['dist/*.js', 'dist/sbom.cdx.json', 'dist/THIRD-PARTY-LICENSES.txt']);

/** Scripts that npm knows without package.json. */
const npmCommands = new Set(['ci', 'install', 'uninstall', 'pack', 'audit']);

/** A piece of inline code in a document. */
interface Span {
  readonly text: string;
  readonly line: number;
}

/** Blocks of code are examples with output and placeholders, so only commands in them are checked. */
const withoutBlocks = (text: string): string =>
  text.replace(/^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2 *$/gm, (block) => block.replace(/[^\n]/g, ''));

function spansOf(text: string): Span[] {
  const prose = withoutBlocks(text);
  return [...prose.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map((match) => ({
    text: match[1] ?? '',
    line: lineAt(prose, match.index),
  }));
}

/** Whether a name occurs in the code with no letter or digit beside it. */
function occurs(name: string, code: string): boolean {
  // Not a regular expression with a look-behind, which is slower in megabytes of code.
  for (let at = code.indexOf(name); at >= 0; at = code.indexOf(name, at + 1))
    if (!/\w/.test(code[at - 1] ?? '') && !/\w/.test(code[at + name.length] ?? '')) return true;
  return false;
}

/** Whether a path, a file name, a folder or a glob names something. Documents may leave out the folders in front. */
function pathExists(name: string, paths: readonly string[]): boolean {
  const plain = name.replace(/^\.?\//, '').replace(/\/$/, '');
  // What is written in capitals stands for any name: `server/NOUN.ts`.
  const pattern = plain.replace(/[A-Z]{2,}|\*+/g, '*');
  if (pattern.includes('*'))
    return paths.some(
      (path) => posix.matchesGlob(path, `**/${pattern}`) || posix.matchesGlob(path, `**/${pattern}*`),
    );
  return paths.some(
    (path) => path === plain || path.endsWith(`/${plain}`) || `/${path}`.includes(`/${plain}/`),
  );
}

/** What is wrong with a command line, or null. */
function commandProblem(text: string, { scripts, commands }: Repository): string | null {
  const [, npm, script] = /^npm (run )?(?:--silent )?([\w:-]+)/.exec(text) ?? [];
  if (script !== undefined && !scripts.includes(script) && (npm || !npmCommands.has(script))) {
    return `package.json has no script "${script}"`;
  }
  const command = /^(?:npx )?spiderpig ([a-z]+(?:-[a-z]+)*)/.exec(text)?.[1];
  if (command !== undefined && !commands.includes(command)) return `spiderpig has no command "${command}"`;
  return null;
}

const isCommand = (text: string): boolean => /^(?:npm|npx|spiderpig) /.test(text);
/** Paths that start with `/` are of the machine. */
const isPath = (text: string): boolean =>
  /^[\w.*@-][\w.*@/-]*$/.test(text) &&
  (/\.(?:tsx?|jsx?|md|json|css|graphql|html|sh)$/.test(text) ||
    /^(?:schema|server|jobrunner|client|bin|tests|bench|tools|docs)\//.test(text));

/** What is wrong with a piece of inline code, or null. */
function spanProblem(text: string, repository: Repository): string | null {
  if (foreignNames.has(text) || writtenFiles.has(text)) return null;
  if (isCommand(text)) {
    return commandProblem(text, repository) ?? optionProblem(text, repository);
  }
  if (isPath(text)) {
    return pathExists(text, repository.paths) ? null : `there is no file "${text}"`;
  }
  if (/^-/.test(text)) return optionProblem(text, repository);
  // An identifier, perhaps with its owner or with the brackets of a call: `Job.ended`, `openWorld()`, `SPIDERPIG_PORT`.
  const identifier = /^#?([A-Za-z_$][\w$]*(?:[.:-][A-Za-z_$][\w$]*)*)(?:\(.*\))?$/.exec(text)?.[1];
  if (identifier === undefined) return null;
  const parts = [identifier, ...identifier.split('.')];
  if (occurs(identifier, repository.code) || parts.slice(1).every((part) => occurs(part, repository.code)))
    return null;
  return `the code has no "${identifier}"`;
}

/** The options of a command line must occur in the code, as `--name` or as a name of a table. */
function optionProblem(text: string, { code }: Repository): string | null {
  for (const match of text.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)) {
    const name = match[1] ?? '';
    if (!occurs(`--${name}`, code) && !occurs(`'${name}'`, code) && !occurs(`${name}:`, code)) {
      return `the code has no option "--${name}"`;
    }
  }
  return null;
}

/** Relative links whose file does not exist. */
function linkProblems(path: string, text: string, paths: readonly string[]): Problem[] {
  const prose = withoutBlocks(text);
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const target = (match[1] ?? '').replace(/#.*$/, '');
    if (target === '' || /^[a-z]+:/.test(target)) return [];
    const file = posix.join(posix.dirname(path), target).replace(/\/$/, '');
    if (paths.some((known) => known === file || known.startsWith(`${file}/`))) return [];
    return [
      {
        where: path,
        line: lineAt(prose, match.index),
        message: `links to "${target}", which does not exist`,
      },
    ];
  });
}

/** Decision records and results describe the past: what they name may be gone, but their links must work. */
const isRecord = (path: string): boolean => path.startsWith('docs/decisions/');

/** Everything that documents name and the repository does not have. */
export function checkDocs(documents: Files, repository: Repository): Problem[] {
  return [...documents].flatMap(([path, text]) => [
    ...linkProblems(path, text, repository.paths),
    ...(isRecord(path) ? [] : spansOf(text)).flatMap((span): Problem[] => {
      const message = spanProblem(span.text, repository);
      return message === null
        ? []
        : [{ where: path, line: span.line, message: `\`${span.text}\`: ${message}` }];
    }),
  ]);
}

/** Every file that a line of comment in a source names and the repository does not have. */
export const checkComments = (sources: Files, paths: readonly string[]): Problem[] =>
  [...sources].flatMap(([where, text]) =>
    text
      .split('\n')
      .flatMap((row, index) =>
        (/^\s*(?:\/\/|\/?\*)/.test(row) ? [...row.matchAll(namedFile)] : [])
          .filter(([name]) => !pathExists(name, paths))
          .map(([name]) => ({ where, line: index + 1, message: `there is no file "${name}"` })),
      ),
  );

/** The name of a source, a style sheet or a document, perhaps with folders. */
const namedFile = /(?<![\w./-])(?:[\w-]+\/)*[\w.-]+\.(?:tsx?|css|md)\b/g;

const isDocument = (path: string): boolean =>
  ['README.md', 'CONTRIBUTING.md'].includes(path) || /^docs\/.*\.md$/.test(path);

/** Reads what documents are compared with. */
function readRepository(root: string): Repository {
  const paths = listFiles(root);
  const files = readFiles(
    root,
    (path) =>
      !path.endsWith('.md') &&
      !path.endsWith('package-lock.json') &&
      /\.(?:tsx?|js|json|css|graphql|html)$/.test(path),
  );
  const manifest: { scripts: Record<string, string> } = JSON.parse(files.get('package.json') ?? '{}');
  return {
    paths,
    code: [...files.values(), ...paths].join('\n'),
    scripts: Object.keys(manifest.scripts),
    commands: commands.map(({ name }) => name),
  };
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..', '..');
  const repository = readRepository(root);
  report([
    ...checkDocs(readFiles(root, isDocument), repository),
    ...checkComments(readFiles(root, isSource), repository.paths),
  ]);
}
