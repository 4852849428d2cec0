// Settings from command line, environment and file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flagOf, helpText, readConfiguration, SettingsError, variableOf } from './read-configuration.ts';
import { settings } from './settings.ts';

const files = (content: Record<string, unknown>) => () => JSON.stringify(content);

/** The one line a wrong setting leads to. */
const refusal = (
  argv: string[],
  environment: Record<string, string> = {},
  file: Record<string, unknown> = {},
): string => {
  try {
    readConfiguration(argv, environment, files(file));
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    assert.ok(!error.message.includes('\n'));
    return error.message;
  }
  return assert.fail('accepted');
};

test('without anything said every setting has its default', () => {
  const configuration = readConfiguration([], {});
  assert.equal(configuration.dicomPort, 11112);
  assert.equal(configuration.httpPort, 8080);
  assert.equal(configuration.aeTitle, 'CONCORD');
  assert.equal(configuration.host, '127.0.0.1');
  assert.equal(configuration.data, './data');
  assert.deepEqual(configuration.peers, []);
});

test('a flag wins over a variable, a variable over the file, the file over the default', () => {
  const environment = { CONCORD_CONFIG: 'c.json', CONCORD_DICOM_PORT: '2000', CONCORD_HTTP_PORT: '2001' };
  const file = files({ dicomPort: 3000, httpPort: 3001, host: '::1' });
  const configuration = readConfiguration(['--dicom-port', '1000'], environment, file);
  assert.deepEqual([configuration.dicomPort, configuration.httpPort, configuration.host], [1000, 2001, '::1']);
});

test('a flag may carry its value behind an equals sign', () => {
  assert.equal(readConfiguration(['--ae-title=ARCHIVE'], {}).aeTitle, 'ARCHIVE');
});

test('peers come from the file', () => {
  const peer = { aeTitle: 'DEST', host: 'pacs.example', port: 104 };
  assert.deepEqual(readConfiguration(['--config', 'c.json'], {}, files({ peers: [peer] })).peers, [peer]);
});

test('a wrong value is one line that names the setting', () => {
  assert.match(refusal(['--dicom-port', '70000']), /^--dicom-port: must be a whole number from 0 to 65535/);
  assert.match(refusal(['--dicom-port', '0x10']), /^--dicom-port: /);
  assert.match(refusal(['--dicom-port']), /^--dicom-port: needs a value/);
  assert.match(refusal([], { CONCORD_AE_TITLE: 'A\\B' }), /^CONCORD_AE_TITLE: must be an AE title/);
  assert.match(refusal(['--ae-title', 'SEVENTEEN_LETTERS']), /^--ae-title: /);
  assert.match(refusal(['--ae-title', '   ']), /^--ae-title: /);
  assert.match(refusal(['--duplicates', 'merge']), /^--duplicates: must be one of keep, replace, rename, reject/);
  assert.match(refusal(['--data', '']), /^--data: /);
});

test('what nobody knows is an error', () => {
  assert.match(refusal(['--colour', 'red']), /^--colour: no such setting/);
  assert.match(refusal(['--config', 'c.json'], {}, { colour: 'red' }), /^colour: no such setting in c.json/);
  assert.match(refusal(['--config', 'c.json'], {}, { toString: 1 }), /^toString: no such setting/);
  assert.match(refusal(['--profile', 'moon']), /^--profile: no profile "moon"; there is: default/);
  const peer = { aeTitle: 'DEST', host: 'h', port: 104, colour: 'red' };
  assert.match(refusal(['--config', 'c.json'], {}, { peers: [peer] }), /^peers in c.json: entry 1: has "colour"/);
});

test('wrong peers name the entry and the field', () => {
  const wrong = (peers: unknown) => refusal(['--config', 'c.json'], {}, { peers });
  assert.match(wrong([{ aeTitle: 'A', host: 'h', port: 0 }]), /entry 1: port: must be a whole number/);
  assert.match(wrong([{ aeTitle: 'A', host: 'a b; rm', port: 1 }]), /entry 1: host: /);
  assert.match(wrong('DEST'), /must be a list/);
  const peer = { aeTitle: 'A', host: 'h', port: 1 };
  assert.match(wrong([peer, peer]), /the AE title A is there twice/);
});

test('a configuration file that is none says so', () => {
  assert.throws(
    () => readConfiguration(['--config', 'c.json'], {}, () => '{'),
    /^SettingsError: config: c.json cannot be read/,
  );
  assert.throws(() => readConfiguration(['--config', 'c.json'], {}, () => '[]'), /must hold one JSON object/);
  assert.throws(() => readConfiguration(['--config', '/nowhere/c.json'], {}), /config: .*ENOENT/);
});

test('the help names every setting with flag, variable and default', () => {
  const help = helpText();
  for (const name of Object.keys(settings) as (keyof typeof settings)[]) {
    if (settings[name].fileOnly !== true) assert.ok(help.includes(`${flagOf(name)} (${variableOf(name)})`), name);
    assert.ok(help.includes(settings[name].text), name);
  }
});
