// The programs that the tests run against, the Debian packages they come in, and how they get onto this machine.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** One Debian package, and what shows that its contents are there however they were installed. */
interface Program {
  readonly debian: string;
  readonly shownBy: { readonly command: string } | { readonly python: string } | { readonly file: string };
}

const programs: readonly Program[] = [
  { debian: 'dcmtk', shownBy: { command: 'storescu' } },
  { debian: 'dicom3tools', shownBy: { command: 'dciodvfy' } },
  { debian: 'ctn', shownBy: { command: 'dicom_echo' } },
  { debian: 'libgdcm-tools', shownBy: { command: 'gdcmconv' } },
  { debian: 'libjxl-tools', shownBy: { command: 'cjxl' } },
  { debian: 'libopenjp2-tools', shownBy: { command: 'opj_compress' } },
  { debian: 'python3-pydicom', shownBy: { python: 'pydicom' } },
  { debian: 'python3-odil', shownBy: { python: 'odil' } },
  { debian: 'python3-numpy', shownBy: { python: 'numpy' } },
  { debian: 'chromium-headless-shell', shownBy: { command: 'chromium-headless-shell' } },
  { debian: 'poppler-utils', shownBy: { command: 'pdftotext' } },
  { debian: 'ffmpeg', shownBy: { command: 'ffprobe' } },
  { debian: 'tshark', shownBy: { command: 'tshark' } },
  { debian: 'cmark-gfm', shownBy: { command: 'cmark-gfm' } },
  { debian: 'libxml2-utils', shownBy: { command: 'xmllint' } },
  { debian: 'xsltproc', shownBy: { command: 'xsltproc' } },
  { debian: 'docbook5-xml', shownBy: { file: '/usr/share/xml/docbook/schema/rng/5.0/docbook.rng' } },
  { debian: 'docbook-xsl-ns', shownBy: { file: '/usr/share/xml/docbook/stylesheet/docbook-xsl-ns' } },
  { debian: 'ceph-mon', shownBy: { command: 'ceph-mon' } },
  { debian: 'ceph-osd', shownBy: { command: 'ceph-osd' } },
  { debian: 'ceph-common', shownBy: { command: 'ceph' } },
  { debian: 'radosgw', shownBy: { command: 'radosgw' } },
  { debian: 'postgresql', shownBy: { file: '/usr/lib/postgresql/*/bin/postgres' } },
  { debian: 'faketime', shownBy: { file: '/usr/lib/*/faketime/libfaketime.so.1' } },
  { debian: 'orthanc', shownBy: { command: 'Orthanc' } },
  { debian: 'orthanc-dicomweb', shownBy: { file: '/usr/share/orthanc/plugins/libOrthancDicomWeb.so' } },
];

// System programs such as Orthanc live in sbin, which an ordinary user's PATH leaves out.
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

function isPresent({ shownBy }: Program): boolean {
  if ('command' in shownBy) return folders.some((folder) => existsSync(join(folder, shownBy.command)));
  if ('file' in shownBy) return globSync(shownBy.file).length > 0;
  return spawnSync('/usr/bin/python3', ['-c', `import ${shownBy.python}`], { stdio: 'ignore' }).status === 0;
}

/** What is still missing after the attempt, as Debian package names. */
export function ensurePrograms(say: (line: string) => void): readonly string[] {
  const missing = () => programs.filter((program) => !isPresent(program)).map(({ debian }) => debian);
  const wanted = missing();
  if (wanted.length === 0) return [];
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!canInstall) return wanted;
  say(`Installing what the tests run against: ${wanted.join(' ')} ...`);
  if (!aptGet('update') || !aptGet('install', '-y', '--no-install-recommends', ...wanted)) return wanted;
  return missing();
}

function aptGet(...args: readonly string[]): boolean {
  const options = { stdio: ['ignore', 'ignore', 'inherit'] as const, timeout: 15 * 60_000 };
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['-qq', ...args], { ...options, stdio: [...options.stdio], env }).status === 0;
}
