// The first lines of the server: what they say works.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greeting } from './greeting.ts';
import { readConfiguration } from './settings/read-configuration.ts';

const lines = (argv: readonly string[], ports: readonly (readonly [string, number])[]) =>
  greeting(readConfiguration(argv, {}), {
    ports: new Map(ports),
    dicomPort: ports[0]?.[1] ?? 0,
    tlsPort: undefined,
    httpPort: 8080,
    hl7Port: undefined,
  }).split('\n');

test('one application entity by its title and the port that it got', () => {
  const said = lines(['--dicom-port', '0'], [['CONCORD', 4242]]);
  assert.ok(said.includes('  DICOM  127.0.0.1:4242, AE title CONCORD'), said.join('\n'));
  assert.ok(said.includes('Send a first image:  storescu -aec CONCORD 127.0.0.1 4242 image.dcm'));
});

test('the entities of a profile, each with its title and port; images go to the one that stores them', () => {
  const ports = [
    ['EX_STORE_SCP', 4000],
    ['EX_QUERY_SCP', 5000],
  ] as const;
  const said = lines(['--profile', 'query-retrieve-server'], ports);
  const dicom = said.filter((line) => line.startsWith('  DICOM'));
  assert.deepEqual(
    dicom,
    ports.map(([title, port]) => `  DICOM  127.0.0.1:${port}, AE title ${title}`),
  );
  assert.ok(said.includes('Send a first image:  storescu -aec EX_STORE_SCP 127.0.0.1 4000 image.dcm'), said.join('\n'));
});

test('who stores nothing is sent no image', () => {
  const said = lines(['--profile', 'impromed-worklist'], [['IMPROMEDMWL', 11113]]);
  assert.deepEqual(
    said.filter((line) => /storescu|CONCORD$/.test(line)),
    [],
  );
});
