// `npm run bench`: the benchmarks, all in turn or one by its name.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const parts = {
  dicom: 'bench-dicom.ts',
  servers: 'bench/main.ts',
  network: 'bench-network.ts',
  scale: 'bench-scale.ts',
  find: 'bench-find.ts',
  memory: 'bench-memory.ts',
  viewer: 'bench-viewer.ts',
  codecs: 'bench-codecs.ts',
};
const isPart = (name: string): name is keyof typeof parts => Object.hasOwn(parts, name);

const [first = '', ...rest] = process.argv.slice(2);
if (first === '--help') {
  console.log(`npm run bench -- [${Object.keys(parts).join(' | ')}] [options of that part, such as --help]
Without a name all parts but scale, find, memory, viewer and codecs run in turn; --write puts the tables into docs/benchmarks.md.`);
  process.exit(0);
}

function run(part: keyof typeof parts, options: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, parts[part]), ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

if (isPart(first)) run(first, rest);
else {
  const options = first === '' ? [] : [first, ...rest];
  run('dicom', options.includes('--write') ? ['--write'] : []);
  run('servers', options);
  run('network', options.includes('--write') ? ['--write'] : []);
}
