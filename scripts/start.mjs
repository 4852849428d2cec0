// `npm start`: installs, builds the web interface when it is stale, and runs the server with the arguments after `--`.
import { buildWeb, prepare, runAndExit } from './workspace.mjs';

const args = process.argv.slice(2);
const node = prepare();
if (!args.some((arg) => ['--help', '-h', '--version'].includes(arg))) buildWeb(node);
// A small young generation: what the server makes lives short, and a third of its memory would be room for it otherwise.
// And old objects are collected when they are half as much again as what is in use: by default four times as much may pile up.
runAndExit(node, 'apps/server/src/serve.ts', args, ['--max-semi-space-size=4', '--heap-growing-percent=50']);
