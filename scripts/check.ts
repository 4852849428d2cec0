// `npm run check`: types, lint and format, and the direction of imports. Fails when one of them has something to say.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { violationsIn } from './direction/violations.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tool = (name: string) => join(root, 'node_modules', '.bin', name);

/** One part of the check: its name and what it found, empty when all is well. */
interface Part {
  readonly name: string;
  readonly run: () => Promise<string>;
}

const command =
  (program: string, ...args: readonly string[]) =>
  (): Promise<string> =>
    new Promise((resolve) => {
      const child = spawn(tool(program), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 });
      const output: Buffer[] = [];
      child.stdout.on('data', (bytes: Buffer) => output.push(bytes));
      child.stderr.on('data', (bytes: Buffer) => output.push(bytes));
      child.on('error', (error) => resolve(error.message));
      child.on('close', (code) =>
        resolve(code === 0 ? '' : Buffer.concat(output).toString() || `${program}: exit ${code}`),
      );
    });

const types = (name: string, project: string): Part[] =>
  existsSync(join(root, project)) ? [{ name, run: command('tsc', '-p', project, '--pretty', 'false') }] : [];

const direction = async (): Promise<string> => {
  const { files, violations } = violationsIn(root);
  if (files === 0) return 'no source files were found: the check looked at nothing';
  return violations.map(({ file, rule, text }) => `${file}: ${text} [${rule}]`).join('\n');
};

const parts: readonly Part[] = [
  ...types('types', 'tsconfig.json'),
  ...types('types of the web interface', 'apps/web/tsconfig.json'),
  ...types('types without Node.js (dicom, imaging)', 'tsconfig.pure.json'),
  {
    name: 'lint and format',
    run: command(
      'biome',
      'check',
      '--error-on-warnings',
      '--reporter=concise',
      '--max-diagnostics=200',
      '--colors=off',
    ),
  },
  { name: 'direction of imports', run: direction },
];

let failed = false;
for (const { name, run } of parts) {
  const began = performance.now();
  const findings = await run();
  failed ||= findings !== '';
  console.log(
    `${findings === '' ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`,
  );
  if (findings !== '') console.log(findings.trimEnd().replace(/^/gm, '  '));
}
process.exitCode = failed ? 1 : 0;
