// Owns how the build lets the browser prepare scripts: functions are compiled beside the page, and each file of the first view is a task. Owns no file of the page.
import type { Plugin } from 'vite';

/** Tells V8 to compile all functions of a file. It must be the first line of the file. Other browsers ignore it. */
const compileAll = '//# allFunctionsCalledOnLoad\n';

/**
 * Lets the browser compile all functions of the first view and of pages while their files arrive, in another thread, and not each at its first call in
 * the thread of the page: most are called before the page is complete. What is loaded after a click is left as it is.
 */
export function compiledEarly(isPage: (module: string | null) => boolean): Plugin {
  return {
    name: 'compiled-early',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'chunk' || (file.isDynamicEntry && !isPage(file.facadeModuleId))) continue;
          file.code = compileAll + file.code;
          const map = bundle[`${file.fileName}.map`];
          // One line more, which has no source.
          if (map?.type === 'asset') map.source = String(map.source).replace('"mappings":"', '"mappings":";');
        }
      },
    },
  };
}

const preload = /<link rel="modulepreload"( crossorigin)? href="([^"]+)">/g;

/**
 * Lets index.html run the files that its script imports as separate scripts, instead of only naming them to the browser. Each then runs as soon as it
 * has arrived, in its own task; together they would block a slow processor for long.
 */
export function separateScripts(): Plugin {
  return {
    name: 'separate-scripts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html) =>
        html.replaceAll(preload, '<script type="module" async fetchpriority="high"$1 src="$2"></script>'),
    },
  };
}
