// `npm start`: installs, builds the web interface when it is stale, and runs the server with the arguments after `--`.
import { environmentOf, flags, program } from './server-process.mjs';
import { buildWeb, prepare, root, runAndExit } from './workspace.mjs';

const args = process.argv.slice(2);
const node = prepare();
if (!args.some((arg) => ['--help', '-h', '--version'].includes(arg))) buildWeb(node);
runAndExit(node, program, args, { flags, environment: environmentOf(root) });
