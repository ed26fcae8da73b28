import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import * as esbuild from 'esbuild';

/**
 * Part of `npm run build`: dist/command, of what TypeScript left in dist/. Each program is one file, and a function that the
 * launcher calls (src/launch), which has the name that is started.
 */
const directory = 'dist/command';
const programs = {
  main: 'dist/cli/main.js',
  'watch-worker': 'dist/cli/watch-worker.js',
  'figures-worker': 'dist/cli/figures-worker.js',
};
const names = Object.keys(programs);

/**
 * esbuild copies a module that Node brings for each import of its default, property by property: a hundred times in all. One
 * module of our own, which all import, asks for it once.
 */
const importedOnce: Plugin = {
  name: 'imported-once',
  setup(build) {
    const namespace = 'once';
    build.onResolve(
      { filter: /^(?:node:path|node:process|koffi)$/ },
      ({ path, kind, importer }) => {
        const isOurs = kind === 'import-statement' && !importer.includes('/node_modules/');
        return isOurs ? { path, namespace } : { path, external: true };
      },
    );
    build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `export default require('${path}');`,
    }));
  },
};

/** What Node has not read when it starts, and few runs need, is read when something of it is used. */
const readOnUse: Plugin = {
  name: 'read-on-use',
  setup(build) {
    const namespace = 'on-use';
    const filter =
      /^node:(?:child_process|http|net|perf_hooks|readline\/promises|v8|worker_threads)$/;
    build.onResolve({ filter }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace } : { path, external: true },
    );
    build.onLoad({ filter: /.*/, namespace }, async ({ path }) => {
      const exported = Object.keys((await import(path)) as object);
      const named = exported.filter((name) => name !== 'default');
      const getters = named.map((name) => `get ${name}() { return require('${path}').${name}; }`);
      return { contents: `module.exports = { ${getters.join(',\n')} };` };
    });
  },
};

const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  charset: 'ascii', // the launcher reads bytes as characters
  define: { 'import.meta.dirname': '__dirname' },
  plugins: [importedOnce, readOnUse],
  outdir: directory,
  outExtension: { '.js': '.cjs' },
  logLevel: 'warning',
} satisfies BuildOptions;

rmSync(directory, { recursive: true, force: true });
await esbuild.build({
  ...common,
  entryPoints: Object.fromEntries(
    Object.entries(programs).map(([name, file]) => [`${name}-program`, file]),
  ),
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
});
await esbuild.build({ ...common, entryPoints: ['dist/daemon/metrics/exposition.js'] });
await esbuild.build({ ...common, entryPoints: { main: 'dist/launch/main.js' } });
for (const name of names.slice(1))
  copyFileSync(join(directory, 'main.cjs'), join(directory, `${name}.cjs`));
chmodSync(join(directory, 'main.cjs'), 0o755);
