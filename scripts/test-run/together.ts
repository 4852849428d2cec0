// The program of a process that several test files share: loads those that its arguments name, and their tests run in that order.
import { pathToFileURL } from 'node:url';

for (const file of process.argv.slice(2)) await import(pathToFileURL(file).href);
