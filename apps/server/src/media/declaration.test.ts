// What the statement says of media, under each profile and with the settings in force; and settings that name no profile or role.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directoryClass } from '@concord/media';
import { readConfiguration } from '../settings/read-configuration.ts';
import { mediaOf, mediaWriter } from './declaration.ts';

const configured = (profile: string, file: object = {}) =>
  readConfiguration(['--profile', profile, '--config', 'site.json'], {}, () => JSON.stringify(file));

const rolesOf = (profile: string) =>
  mediaOf(configured(profile))?.entities[0]?.profiles.map(({ name, roles }) => [name, roles.join()]);

test('[CS-MED-14] every profile is created and read; a viewer reads two; archives have no media at all', () => {
  const all = ['STD-GEN-CD', 'STD-GEN-DVD-RAM', 'STD-GEN-DVD-JPEG', 'STD-GEN-DVD-J2K'].map((name) => [name, 'FSC,FSR']);
  assert.deepEqual(rolesOf('default'), all);
  assert.deepEqual(rolesOf('reviewer'), all);
  assert.deepEqual(rolesOf('viewer'), [
    ['STD-GEN-CD', 'FSR'],
    ['STD-GEN-DVD-RAM', 'FSR'],
  ]);
  for (const profile of ['query-retrieve-server', 'echoes-server', 'impromed-client'])
    assert.equal(mediaOf(configured(profile)), undefined);
});

test('a system that creates nothing says nothing of creating', () => {
  const media = mediaOf(configured('viewer'));
  assert.doesNotMatch(JSON.stringify(media), /FSC|is written|are written|Writes|Create/);
  assert.match(media?.configuration ?? '', /nothing else of media is configured/);
});

test('the classes of a profile are stated with its transfer syntaxes, the directory with its own', () => {
  const [cd, , jpeg] = mediaOf(configured('default'))?.entities[0]?.profiles ?? [];
  assert.equal(cd?.sopClasses[0]?.sopClass.uid, directoryClass);
  assert.ok((cd?.sopClasses.length ?? 0) > 150);
  const syntaxes = (index: number) =>
    jpeg?.sopClasses[index]?.transferSyntaxes.map(({ uid }) => uid.slice('1.2.840.10008.1.'.length));
  assert.deepEqual([syntaxes(0), syntaxes(1)], [['2.1'], ['2.1', '2.4.70', '2.4.50', '2.4.51']]);
});

test('files are written under the title that is configured, and as the implementation that the profile stands for', () => {
  const writer = mediaWriter(configured('reviewer', { mediaAeTitle: 'DISCS' }));
  assert.deepEqual(
    [writer.sourceApplicationEntityTitle, writer.implementationClassUid],
    ['DISCS', '2.16.840.1.114444'],
  );
});

test('a setting that names no profile, no role, or a role that is not offered is refused in words', () => {
  const refused = (mediaProfiles: unknown, words: RegExp) =>
    assert.throws(
      () => configured('default', { mediaProfiles }),
      (error: Error) => words.test(error.message),
    );
  refused([{ profile: 'STD-NONE', roles: ['FSR'] }], /entry 1: profile: must be one of STD-GEN-CD/);
  refused([{ profile: 'STD-GEN-CD', roles: [] }], /roles: must be a list of FSC and FSR/);
  refused([{ profile: 'STD-GEN-CD', roles: ['FSU'] }], /must be one of FSC, FSR/);
  refused('STD-GEN-CD', /must be a list/);
});
