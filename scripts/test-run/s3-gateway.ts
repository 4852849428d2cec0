// One S3 server for all test files of a run, as a process of its own: `s3-gateway.ts FILE` writes where it is into the file, and ends
// with its standard input.
import { renameSync, writeFileSync } from 'node:fs';
import { startS3Server } from '../../apps/server/testing/s3-server.ts';

const [file = ''] = process.argv.slice(2);
const end = () => process.exit();
process.on('SIGTERM', end);
process.stdin.on('end', end).resume();
const server = await startS3Server({ after: () => undefined });
writeFileSync(`${file}.part`, JSON.stringify(server));
renameSync(`${file}.part`, file);
