// A real S3 server of a test's own: Ceph's gateway over one monitor and one store in memory, in a temporary folder, gone with the test.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './ports.ts';
import type { Hooks } from './programs.ts';

const run = promisify(execFile);

export interface S3Server {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

const patience = 60_000;

const configuration = (folder: string, id: string, monitor: number, gateway: number) => `[global]
fsid = ${id}
mon host = [v1:127.0.0.1:${monitor}]
mon initial members = a
auth cluster required = none
auth service required = none
auth client required = none
keyring = ${folder}/keyring
run dir = ${folder}
admin socket = ${folder}/$name.asok
pid file = ${folder}/$name.pid
log file = ${folder}/$name.log
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd pool default pg num = 4
osd pool default pgp num = 4
osd crush chooseleaf type = 0
mon max pg per osd = 1000
public addr = 127.0.0.1
mon data avail crit = 0
[mon.a]
mon data = ${folder}/mon
[osd.0]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${gateway}
rgw data = ${folder}/rgw
`;

/** The one that a run of all tests has started for all of them: CONCORD_TEST_S3 names the file that will say where it is. */
async function sharedServer(file: string): Promise<S3Server> {
  for (const deadline = Date.now() + 4 * patience; ; ) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    if (Date.now() > deadline) throw new Error('the S3 server of this run has not started');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Takes some 15 seconds, unless the run has one already. Buckets are shared then: name them after the test file. */
export async function startS3Server(t: Hooks): Promise<S3Server> {
  const shared = process.env.CONCORD_TEST_S3;
  return shared === undefined ? startOwnServer(t) : sharedServer(shared);
}

async function startOwnServer(t: Hooks): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-s3-'));
  chmodSync(folder, 0o700);
  for (const name of ['mon', 'osd', 'rgw']) mkdirSync(join(folder, name));
  const [monitor, gateway] = [await freePort(), await freePort()];
  const id = randomUUID();
  writeFileSync(join(folder, 'ceph.conf'), configuration(folder, id, monitor, gateway));
  const children = new Set<ChildProcess>();
  let ended = false;
  const end = () => {
    ended = true;
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  process.on('exit', end);
  t.after(end);
  const tool = (command: string, ...args: readonly string[]) =>
    run(command, [...args], { cwd: folder, timeout: patience });
  /** What asks the monitor hangs now and then on a busy machine, or finds it not ready; each try has its own arguments. */
  const patiently = async (command: string, seconds: number, argumentsOf: (tries: number) => readonly string[]) => {
    for (let tries = 1; ; tries += 1) {
      const options = { cwd: folder, timeout: seconds * 1000, killSignal: 'SIGKILL' } as const;
      const given = ['-c', 'ceph.conf', ...argumentsOf(tries)];
      const failed = await run(command, given, options).catch((error: Error) => error);
      if (!(failed instanceof Error)) return tries;
      if (tries * seconds >= 240) throw failed;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  };
  /** The store ends now and then as soon as it has begun ("wrong fsid", before the monitor's map has come): then it begins again. */
  const daemon = (command: string, ...args: readonly string[]): void => {
    if (ended) return;
    const child = spawn(command, ['-f', '-c', 'ceph.conf', ...args], { cwd: folder, stdio: 'ignore' });
    children.add(child);
    child.on('exit', () => {
      children.delete(child);
      setTimeout(daemon, 500, command, ...args).unref();
    });
  };
  const allow = (what: readonly string[]) => what.flatMap((each) => ['--cap', each, 'allow *']);
  await tool('ceph-authtool', '--create-keyring', 'keyring', '--gen-key', '-n', 'mon.', ...allow(['mon']));
  await tool('ceph-authtool', 'keyring', '--gen-key', '-n', 'client.admin', ...allow(['mon', 'osd', 'mgr']));
  await tool('monmaptool', '--create', '--addv', 'a', `[v1:127.0.0.1:${monitor}]`, '--fsid', id, 'monmap');
  await tool('ceph-mon', '-c', 'ceph.conf', '--mkfs', '-i', 'a', '--monmap', 'monmap', '--keyring', 'keyring');
  daemon('ceph-mon', '-i', 'a');
  const osd = randomUUID();
  await patiently('ceph', 20, () => ['--connect-timeout', '15', 'osd', 'new', osd]);
  await tool('ceph-osd', '-c', 'ceph.conf', '-i', '0', '--mkfs', '--osd-uuid', osd);
  await patiently('ceph', 20, () => ['osd', 'crush', 'add', 'osd.0', '1', 'root=default', 'host=h']);
  daemon('ceph-osd', '-i', '0');
  // Makes the pools, which takes ten quiet seconds. A try that was cut off may have made its user.
  const keyOf = (tries: number) => `CONCORDTEST${tries}`;
  const secretKey = 'concord-test-secret';
  const tries = await patiently('radosgw-admin', 60, (nth) => [
    ...['user', 'create', `--uid=t${nth}`, '--display-name=t', '--access-key', keyOf(nth), '--secret-key', secretKey],
  ]);
  const accessKey = keyOf(tries);
  // Only now: two that make the pools at a time wait for each other.
  daemon('radosgw', '-n', 'client.rgw');
  const endpoint = `http://127.0.0.1:${gateway}`;
  for (const deadline = Date.now() + patience; ; ) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return { endpoint, accessKey, secretKey };
    if (Date.now() > deadline) throw new Error('the S3 server does not answer');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
