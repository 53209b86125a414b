// Main: fails unless each decision record has its number, date, status and links to the records that it replaces or that replace it.
import { join } from 'node:path';
import { type Problem, report } from './report.ts';
import { type Files, readFiles } from './source.ts';

const folder = 'docs/decisions/';
const fileName = /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/;
/** A field is looked for in this many lines from the top, so that the text below cannot be taken for one. */
const headerLines = 12;
const statuses = ['accepted', 'replaced', 'withdrawn'];

interface DecisionRecord {
  readonly path: string;
  readonly number: number;
  readonly title: string | null;
  readonly date: string | null;
  readonly status: string | null;
  /** File names of other records; null if the line is missing. */
  readonly replaces: readonly string[] | null;
  readonly replacedBy: readonly string[] | null;
}

function parseRecord(path: string, number: number, text: string): DecisionRecord {
  const header = text.split('\n').slice(0, headerLines).join('\n');
  const field = (name: string): string | null =>
    new RegExp(`^- ${name}: (.+)$`, 'm').exec(header)?.[1]?.trim() ?? null;
  const links = (name: string): string[] | null => {
    const value = field(name);
    if (value === null) return null;
    return [...value.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '');
  };
  return {
    path,
    number,
    title: /^# \d+\. .+$/m.exec(header)?.[0] ?? null,
    date: field('Date'),
    status: field('Status'),
    replaces: links('Replaces'),
    replacedBy: links('Replaced by'),
  };
}

function headerProblems({
  path,
  number,
  title,
  date,
  status,
  replaces,
  replacedBy,
}: DecisionRecord): Problem[] {
  const messages: string[] = [];
  if (!title?.startsWith(`# ${number}. `)) messages.push(`the title must start with "# ${number}. "`);
  if (!date || !/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(date))) {
    messages.push('needs a line "- Date: YYYY-MM-DD" below the title');
  }
  if (!status || !statuses.includes(status)) {
    messages.push(`needs a line "- Status: ${statuses.join(' | ')}" below the title`);
  }
  if (replaces === null) messages.push('needs a line "- Replaces: LINKS" (or "–") below the title');
  if (replacedBy === null) messages.push('needs a line "- Replaced by: LINKS" (or "–") below the title');
  if (replacedBy && replacedBy.length > 0 !== (status === 'replaced')) {
    messages.push('has the status "replaced" if and only if it names the record that replaces it');
  }
  return messages.map((message) => ({ where: path, message }));
}

/** Two records must name each other: one under "Replaces", the other under "Replaced by". */
function linkProblems(records: readonly DecisionRecord[]): Problem[] {
  const byName = new Map(records.map((record) => [record.path.slice(folder.length), record]));
  const oneWay = (
    from: DecisionRecord,
    names: readonly string[],
    back: 'replaces' | 'replacedBy',
  ): Problem[] =>
    names.flatMap((name) => {
      const target = byName.get(name);
      if (!target) return [{ where: from.path, message: `names the record "${name}", which does not exist` }];
      if (target[back]?.includes(from.path.slice(folder.length))) return [];
      const line = back === 'replaces' ? 'Replaces' : 'Replaced by';
      return [{ where: target.path, message: `must name ${from.path.slice(folder.length)} under "${line}"` }];
    });
  return records.flatMap((record) => [
    ...oneWay(record, record.replaces ?? [], 'replacedBy'),
    ...oneWay(record, record.replacedBy ?? [], 'replaces'),
  ]);
}

/** Everything that is wrong with the decision records among these files. */
export function checkDecisions(files: Files): Problem[] {
  const problems: Problem[] = [];
  const records: DecisionRecord[] = [];
  for (const [path, text] of files) {
    if (!path.startsWith(folder) || path === `${folder}README.md`) continue;
    const number = fileName.exec(path)?.[1];
    if (number === undefined) {
      problems.push({ where: path, message: 'must be named NNNN-some-words.md' });
    } else {
      records.push(parseRecord(path, Number(number), text));
    }
  }
  records.sort((a, b) => a.number - b.number);
  records.forEach(({ path, number }, index) => {
    const expected = (records[index - 1]?.number ?? 0) + 1;
    if (number !== expected)
      problems.push({ where: path, message: `has number ${number}; the next one is ${expected}` });
  });
  const index = files.get(`${folder}README.md`) ?? '';
  for (const { path } of records) {
    const name = path.slice(folder.length);
    if (!index.includes(`(${name})`))
      problems.push({ where: `${folder}README.md`, message: `must list ${name}` });
  }
  return [...problems, ...records.flatMap(headerProblems), ...linkProblems(records)];
}

if (import.meta.main) {
  report(checkDecisions(readFiles(join(import.meta.dirname, '..', '..'), (path) => path.startsWith(folder))));
}
