// Test files that need an S3 server share one: it takes a quarter of a minute to start, so it starts while the first tests run.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './result.ts';

/** Starts it where one of the files needs it, and says by an environment variable where they find it. It ends with this process. */
export function shareS3Server(files: readonly string[]): void {
  if (
    process.env.CONCORD_TEST_S3 ||
    !files.some((file) => readFileSync(join(root, file), 'utf8').includes('s3-server.ts'))
  )
    return;
  const folder = mkdtempSync(join(tmpdir(), 'concord-s3-shared-'));
  const file = join(folder, 'server.json');
  const script = join(root, 'scripts/test-run/s3-gateway.ts');
  // Started before the variable is set: it would wait for itself.
  const child = spawn(process.execPath, [script, file], { stdio: ['pipe', 'ignore', 'ignore'] });
  process.env.CONCORD_TEST_S3 = file;
  child.unref();
  process.on('exit', () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
}
