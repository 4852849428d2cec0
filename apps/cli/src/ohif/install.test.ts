// OHIF's build into a folder: what is changed and left out, and archives that are broken, hostile or something else.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CliError } from '../cli-error.ts';
import { install } from './install.ts';
import { tarFiles } from './tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'concord-ohif-test-'));
after(() => rmSync(folder, { recursive: true }));

interface Entry {
  readonly name: string;
  readonly text?: string;
  /** `5` a folder, `2` a symbolic link. */
  readonly flag?: string;
  readonly size?: number;
}

function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ name, text = '', flag = '0', size = Buffer.byteLength(text) }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100, 'utf8');
    header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(flag, 156);
    header.write('ustar\0', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const content = Buffer.from(text);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const html =
  '<html><head><script>window.PUBLIC_URL="/"</script><script rel="preload" type="module" src="/init-service-worker.js"></script>' +
  '<link href="/app.css"></head><body><script defer src="/app.js"></script></body></html>';
const build: readonly Entry[] = [
  { name: 'package/package.json', text: '{}' },
  { name: 'package/dist', flag: '5' },
  { name: 'package/dist/index.html', text: html },
  { name: 'package/dist/app.js', text: 'var a;__webpack_require__.p = "/";' },
  { name: 'package/dist/app.css', text: 'a{src:url(/font.woff2)}' },
  { name: 'package/dist/app.js.map', text: '{}' },
  { name: 'package/dist/sw.js', text: 'importScripts("https://elsewhere")' },
  { name: 'package/dist/app-config.js', text: 'window.config = { theirs: true }' },
  { name: 'package/dist/link', flag: '2' },
  { name: 'package/dist/assets/logo.svg', text: '<svg/>' },
];

let count = 0;
const archive = (content: Uint8Array): string => {
  count += 1;
  const file = join(folder, `${count}.tgz`);
  writeFileSync(file, content);
  return file;
};
const target = join(folder, 'ohif');
const installed = (from: string, version = '9.9.9') =>
  install({ folder: target, version, from, signal: new AbortController().signal, note: () => {} });
const fails = (text: RegExp) => (error: unknown) => error instanceof CliError && text.test(error.message);

test('addresses are moved, scripts are files, what is not needed is left out', async () => {
  await installed(archive(gzipSync(tarOf(build))));
  const text = (path: string) => readFileSync(join(target, path), 'utf8');
  assert.deepEqual(readdirSync(target).sort(), [
    ...['app-config.js', 'app.css', 'app.js', 'assets', 'index.html', 'inline-1.js', 'version.json'],
  ]);
  assert.match(text('index.html'), /<script src="\/ohif\/inline-1\.js"><\/script><link href="\/ohif\/app\.css">/u);
  assert.match(text('index.html'), /<script defer src="\/ohif\/app\.js">/u);
  assert.equal(text('inline-1.js'), 'window.PUBLIC_URL="/ohif/"');
  assert.equal(text('app.js'), 'var a;__webpack_require__.p = "/ohif/";');
  assert.equal(text('app.css'), 'a{src:url(/ohif/font.woff2)}');
  assert.match(text('app-config.js'), /"qidoRoot": "\/dicom-web"/u);
});

test('what is no build of OHIF, or is not whole, changes nothing', async () => {
  await installed(archive(gzipSync(tarOf(build))));
  const whole = gzipSync(tarOf(build));
  const damaged = tarOf(build);
  damaged.write('9', 30);
  const broken: readonly (readonly [Uint8Array, RegExp])[] = [
    [new Uint8Array(), /cannot be read|no build/u],
    [Buffer.from('<html>502</html>'), /cannot be read/u],
    [whole.subarray(0, whole.length / 2), /cannot be read/u],
    [gzipSync(tarOf(build).subarray(0, 2000)), /cut off/u],
    [gzipSync(damaged), /header is damaged/u],
    [gzipSync(tarOf([{ name: 'package/readme', text: 'x' }])), /no build of OHIF/u],
    [gzipSync(tarOf([{ name: 'package/dist/../../../x', text: 'x' }])), /cannot be/u],
    [gzipSync(tarOf([{ name: 'package/dist//etc/passwd', text: 'x' }])), /cannot be/u],
    [gzipSync(tarOf([{ name: 'package/dist/a\\..\\b', text: 'x' }])), /cannot be/u],
    [gzipSync(tarOf([{ name: 'package/dist/huge', size: 8 ** 10 }])), /bytes in one file/u],
  ];
  for (const [bytes, text] of broken) await assert.rejects(installed(archive(bytes)), fails(text));
  await assert.rejects(installed(archive(whole), '3.13.2'), fails(/digest differs/u));
  await assert.rejects(installed(join(folder, 'missing.tgz'), '3.13.2'), fails(/cannot be read/u));
  assert.ok(existsSync(join(target, 'index.html')), 'the one before is still there');
});

test('more files than the limit', async () => {
  const many = gzipSync(tarOf(Array.from({ length: 4 }, (_, at) => ({ name: `f${at}`, text: 'x' }))));
  async function* source() {
    yield many;
  }
  await assert.rejects(Array.fromAsync(tarFiles(source(), { files: 3, fileBytes: 10 })), fails(/more than 3 files/u));
  assert.equal((await Array.fromAsync(tarFiles(source(), { files: 5, fileBytes: 10 }))).length, 4);
});
