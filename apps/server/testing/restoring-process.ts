// A restore in a process of its own, so that a test can kill it: what it is given stands in its one argument, as JSON.
import { restore } from '../src/backup/restore.ts';
import { readConfiguration } from '../src/settings/read-configuration.ts';

const { settings, source, bytesPerSecond } = JSON.parse(process.argv[2] ?? '');
const damaged = (key: string) => process.stdout.write(`damaged: ${key}\n`);
const progress = () => process.stdout.write('.');
const signal = new AbortController().signal;
await restore(readConfiguration(settings, {}), { source, parallel: 2, bytesPerSecond, signal, damaged, progress });
