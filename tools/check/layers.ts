// Main: fails if a source file has no layer, imports what its layer may not, is part of an import cycle, or breaks a rule that holds for a layer.
// `--write` puts the table of layers into docs/architecture.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Layer, layers, nodeFiles, rootFiles } from '../layers.ts';
import { importCycles } from './cycle.ts';
import { type Problem, report } from './report.ts';
import { type Files, importGraph, importsOf, isTest, lineAt, readFiles, resolveImport } from './source.ts';

const dataFile = 'tools/layers.ts';
const tableFile = 'docs/architecture.md';

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

const foldersOf = ({ folder, folders = {} }: Layer): string[] => [
  folder,
  ...Object.keys(folders).map((name) => `${folder}/${name}`),
];

/** The layer that lists the folder of a file, or null. */
function layerOf(path: string, table: readonly Layer[]): Layer | null {
  const folder = folderOf(path);
  return table.find((layer) => foldersOf(layer).includes(folder)) ?? null;
}

/** `@urql/core` for `@urql/core/internal`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Why a file of a layer may not import a module, or null if it may. */
function refusal(path: string, specifier: string, layer: Layer, table: readonly Layer[]): string | null {
  if (layer.imports === 'anything') return null;
  if (specifier.startsWith('node:')) {
    const runsIn = nodeFiles.includes(path) ? 'node' : (layer.runsIn ?? 'node');
    return runsIn === 'node' ? null : 'runs in the browser, so it may not import modules of Node';
  }
  const target = resolveImport(path, specifier);
  if (target === null) {
    const name = packageOf(specifier);
    return layer.packages.includes(name) ? null : `may not import the package ${name} (${dataFile})`;
  }
  const wanted = table
    .filter(({ folder }) => target.startsWith(`${folder}/`))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0];
  if (wanted === layer || (wanted && layer.imports.includes(wanted.folder))) return null;
  return `may not import ${wanted ? `the layer ${wanted.folder}` : 'what no layer owns'} (${dataFile})`;
}

/** Files in a folder that no layer lists, and listed folders without a file. */
function ownerProblems(paths: readonly string[], table: readonly Layer[]): Problem[] {
  const unowned = paths
    .filter((path) => !rootFiles.includes(path) && !layerOf(path, table))
    .map((path) => ({
      where: path,
      message: `no layer lists the folder "${folderOf(path)}"; move the file, or add the folder to ${dataFile}`,
    }));
  const empty = table
    .flatMap(foldersOf)
    .filter((folder) => !paths.some((path) => path.startsWith(`${folder}/`)))
    .map((folder) => ({
      where: dataFile,
      message: `lists the folder "${folder}", which has no source file`,
    }));
  return [...unowned, ...empty];
}

/** How many source files a folder may have, without tests: more are not seen at a glance. */
const maxFiles = 25;

/** Folders that only grow: each has one file for each migration. */
const growing = /^schema\/model\/migration\/(?:sqlite|postgresql)$/;

/** Folders with too many source files. */
function folderProblems(paths: readonly string[]): Problem[] {
  const counts = new Map<string, number>();
  for (const path of paths)
    if (!isTest(path)) counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1);
  return [...counts]
    .filter(([folder, count]) => count > maxFiles && !growing.test(folder))
    .map(([folder, count]) => ({
      where: folder,
      message: `has ${count} source files, and ${maxFiles} are allowed; group them in folders, and list these in ${dataFile}`,
    }));
}

/** Imports that the table does not allow. Tests may import anything. */
function importProblems(files: Files, table: readonly Layer[]): Problem[] {
  return [...files]
    .filter(([path]) => !isTest(path))
    .flatMap(([path, text]) => {
      const layer = layerOf(path, table);
      if (!layer) return [];
      return importsOf(path, text).flatMap(({ specifier, line }): Problem[] => {
        const why = refusal(path, specifier, layer, table);
        return why === null
          ? []
          : [{ where: path, line, message: `imports "${specifier}"; ${layer.folder} ${why}` }];
      });
    });
}

/** Import cycles, each with its path. */
function cycleProblems(files: Files): Problem[] {
  return importCycles(importGraph(files)).map((cycle) => ({
    where: cycle[0] ?? '',
    message: `import cycle: ${[...cycle, cycle[0]].join(' → ')}`,
  }));
}

/** A rule about the text of files. */
interface TextRule {
  readonly appliesTo: (path: string) => boolean;
  readonly pattern: RegExp;
  readonly message: string;
}

const textRules: readonly TextRule[] = [
  {
    // A call at the beginning of a line runs when the file is imported. Pothos defines types by such calls.
    appliesTo: (path) =>
      /^(?:schema|server|jobrunner|client\/sdk|client\/subscription)\//.test(path) &&
      !path.startsWith('schema/graphql/') &&
      !/(?:^|\/)(?:main[\w-]*|migrate)\.ts$/.test(path),
    pattern: /^(?:await |void )?[a-z][\w.]*\(/m,
    message: 'calls something when it is imported; only main files may',
  },
  {
    appliesTo: (path) => path.startsWith('client/web/'),
    pattern: /innerHTML|outerHTML|insertAdjacentHTML|document\.write\b|createContextualFragment/,
    message: 'inserts text as HTML; use text nodes',
  },
];

const emptyName = /(?:^|\/)(?:utils?|helpers?|common|lib|types|services?|managers?|handlers?)(?:\.|\/)/;

function textProblems(files: Files): Problem[] {
  return [...files]
    .filter(([path]) => !isTest(path))
    .flatMap(([path, text]) => {
      const problems: Problem[] = emptyName.test(path)
        ? [{ where: path, message: 'the name says nothing; name the file or folder after what it owns' }]
        : [];
      for (const { appliesTo, pattern, message } of textRules) {
        const match = appliesTo(path) ? pattern.exec(text) : null;
        if (match) problems.push({ where: path, line: lineAt(text, match.index), message });
      }
      return problems;
    });
}

/** Everything that breaks the rules of the layers. */
export function checkLayers(files: Files, table: readonly Layer[] = layers): Problem[] {
  return [
    ...ownerProblems([...files.keys()], table),
    ...folderProblems([...files.keys()]),
    ...importProblems(files, table),
    ...cycleProblems(files),
    ...textProblems(files),
  ];
}

const start = '<!-- Written by `node tools/check/layers.ts --write` from tools/layers.ts -->\n\n';
const end = '\n\n<!-- End of the written part -->';

/** The two tables of docs/architecture.md: what layers may import, and what folders own. */
export function layerTables(table: readonly Layer[]): string {
  const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ') || '–';
  const rows = table.map(({ folder, owns, imports, packages }) =>
    imports === 'anything'
      ? `| \`${folder}\` | ${owns} | anything | anything |`
      : `| \`${folder}\` | ${owns} | ${code(imports)} | ${code(packages)} |`,
  );
  const folders = table.flatMap(({ folder, folders = {} }) =>
    Object.entries(folders).map(([name, owns]) => `| \`${folder}/${name}\` | ${owns} |`),
  );
  return [
    '| layer | owns | may import the layers | and the packages |',
    '|---|---|---|---|',
    ...rows,
    '',
    '| folder | owns |',
    '|---|---|',
    ...folders,
  ].join('\n');
}

/** The document with the tables between its two marks; null if it does not have the marks. */
export function withLayerTables(document: string, table: readonly Layer[]): string | null {
  const from = document.indexOf(start);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) return null;
  return `${document.slice(0, from)}${start}${layerTables(table)}${document.slice(to)}`;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..', '..');
  const document = readFileSync(join(root, tableFile), 'utf8');
  const current = withLayerTables(document, layers);
  const problems = checkLayers(readFiles(root, (path) => /\.tsx?$/.test(path)));
  if (current === null) {
    problems.push({ where: tableFile, message: `needs the lines ${start.trim()} and ${end.trim()}` });
  } else if (process.argv.includes('--write')) {
    writeFileSync(join(root, tableFile), current);
  } else if (current !== document) {
    problems.push({ where: tableFile, message: 'is not current; run node tools/check/layers.ts --write' });
  }
  report(problems);
}
