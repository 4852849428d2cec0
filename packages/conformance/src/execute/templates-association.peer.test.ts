// Items about associations and security, at programs that keep what is stated and at the same programs where the statement is wrong.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { listen, verificationScp } from '@concord/network';
import { testAuthority } from '../../../network/testing/certificates.ts';
import { freePort, start, temporaryFolder } from '../../../network/testing/programs.ts';
import { startConfiguredArchive } from '../../testing/live-peers.ts';
import { type OfferParts, system } from '../../testing/systems.ts';
import { createPlan } from '../plan/plan.ts';
import { type RunReport, runPlan } from './run.ts';
import { selfSigned } from './self-signed.ts';
import type { Target } from './target.ts';

const [verification, ct] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2'];
const [implicit, explicit, big, deflated, lossless] = [
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.2',
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2.4.70',
];
const care = { pause: 0, objectsPerSecond: 1000, connect: 5, associate: 10, response: 10, patience: 0.2 };

type Parts = Partial<Parameters<typeof system>[0]>;
const statement = (offers: readonly OfferParts[], parts: Parts = {}) =>
  system({
    name: 'System',
    accepts: [
      { name: 'Echo', offers: [{ uid: verification, syntaxes: [explicit, implicit] }] },
      ...(offers.length > 0 ? [{ name: 'Keep', offers }] : []),
    ],
    ...parts,
  });

async function results(
  claims: object,
  target: Target,
  ids: RegExp,
  more: Partial<Parameters<typeof runPlan>[2]> = {},
): Promise<Readonly<Record<string, string>>> {
  const plan = createPlan(claims);
  const report: RunReport = await runPlan(plan, target, {
    care,
    allow: ['adds data', 'changes data', 'disturbs'],
    only: ({ id }) => ids.test(id),
    ...more,
  });
  return Object.fromEntries(
    report.results
      .filter(({ id }) => ids.test(id))
      .map(({ id, result, observed, differences = [] }) => [id, `${result}: ${[observed, ...differences].join('; ')}`]),
  );
}

const all = (found: Readonly<Record<string, string>>, pattern: RegExp): void => {
  assert.ok(Object.keys(found).length > 0);
  for (const [id, text] of Object.entries(found)) assert.match(text, pattern, id);
};

const at = (port: number, calledAeTitle = 'ANY', rest: Partial<Target> = {}): Target => ({
  host: '127.0.0.1',
  port,
  calledAeTitle,
  ...rest,
});

/** An acceptor of our own that closes with its scope. */
async function serving(options: Partial<Parameters<typeof listen>[0]>, aeTitle = 'ANY') {
  const applicationEntities = [{ aeTitle, services: [verificationScp] }];
  const acceptor = await listen({ host: '127.0.0.1', port: 0, applicationEntities, ...options });
  return { port: acceptor.port, [Symbol.asyncDispose]: () => acceptor.close() };
}

async function storescp(...options: readonly string[]) {
  const folder = temporaryFolder();
  const port = await freePort();
  const running = await start('storescp', [...options, '--ignore', String(port)], port, folder.path);
  return {
    port,
    output: running.output,
    [Symbol.asyncDispose]: async () => {
      await running.stop();
      folder[Symbol.dispose]();
    },
  };
}

describe('reach, verification, identification, lengths, window', () => {
  const claims = (classUid: string) =>
    statement([], {
      entity: {
        asynchronous: { acceptor: 1 },
        implementation: { classUid, versionName: 'OFFIS_DCMTK_367' },
      },
    });

  test('[CS-TPL-01] reached by address and by name; one that is stopped fails with the error of the operating system', async () => {
    const peer = await storescp();
    const target = at(peer.port);
    assert.match((await results(claims('1'), target, /^reach$/)).reach ?? '', /passed: connected to 127\.0\.0\.1/);
    all(await results(claims('1'), { ...target, host: 'localhost' }, /^reach$/), /passed/);
    await peer[Symbol.asyncDispose]();
    all(await results(claims('1'), target, /^reach$/), /failed: .*ECONNREFUSED/);
    all(
      await results(claims('1'), { ...target, host: 'nowhere.invalid' }, /^reach$/),
      /failed: .*(?:ENOTFOUND|EAI_AGAIN)/,
    );
  });

  test('[CS-TPL-09] [CS-TPL-08] class UID and version name as storescp sends them; others are found; a window of one', async () => {
    await using peer = await storescp();
    const ids = /identification|asynchronous-window|verification|maximum-length/;
    all(await results(claims('1.2.276.0.7230010.3.0.3.6.7'), at(peer.port), ids), /^passed/);
    const wrong = await results(claims('1.2.3'), at(peer.port), /identification/);
    all(wrong, /failed: 1\.2\.276\.0\.7230010\.3\.0\.3\.6\.7, OFFIS_DCMTK_367/);
    const wider = statement([], { entity: { asynchronous: { acceptor: 4 } } });
    all(await results(wider, at(peer.port), /asynchronous-window/), /failed: 1 may be outstanding/);
  });

  test('[CS-TPL-08] a window that is stated is answered so', async () => {
    await using acceptor = await serving({ limits: { operationsPerformed: 4 } });
    const stating = (acceptor: number) => statement([], { entity: { asynchronous: { acceptor } } });
    all(await results(stating(4), at(acceptor.port), /asynchronous-window/), /^passed: 4 may/);
    all(await results(stating(0), at(acceptor.port), /asynchronous-window/), /^failed: 4 may/);
  });
});

const rejection = (source: number, reason: number) => ({
  result: '1 rejected-permanent',
  source: String(source),
  reason: String(reason),
  explanation: 'As said.',
});

/** Adds the rejections to the one entity. */
const rejecting = (made: ReturnType<typeof statement>, ...rejections: readonly object[]) => ({
  ...made,
  networking: {
    ...made.networking,
    applicationEntities: made.networking.applicationEntities.map((entity) => ({
      ...entity,
      acceptance: { ...entity.acceptance, rejections },
    })),
  },
});

test('[CS-TPL-03] [CS-TPL-30] dcmqrscp with a list of callers: a wrong called, and an unknown calling AE title are rejected; whoever is on it is not', async () => {
  await using peer = await startConfiguredArchive({
    hosts: 'probe = (CSPROBE, localhost, 11190)',
    peers: 'probe',
  });
  const stated = rejecting(statement([]), rejection(1, 7), rejection(1, 3));
  const found = await results(stated, peer.target, /rejection|verification/);
  assert.match(found['rejection/called-ae-title'] ?? '', /passed: A-ASSOCIATE-RJ 1\/1\/7/);
  // It names the called title whichever of the two is wrong: where 1/1/3 is stated, that is a finding.
  assert.match(found['rejection/calling-ae-title'] ?? '', /failed: A-ASSOCIATE-RJ 1\/1\/7/);
  assert.match(found.verification ?? '', /passed/, 'the service goes on, for whom it is allowed');
  const stranger = await results(stated, { ...peer.target, callingAeTitle: 'STRANGER' }, /verification/);
  all(stranger, /failed: .*reject/);
});

test('[CS-TPL-03] [CS-TPL-30] an acceptor with a list of callers and of addresses: 1/1/3 as stated, and the service goes on; a list that is not kept is found', async () => {
  const serve = (policy: object) => serving({ policy }, 'ARCHIVE');
  const stated = rejecting(statement([]), rejection(1, 7), rejection(1, 3), rejection(1, 2));
  await using strict = await serve({ callers: 'known', peers: [{ aeTitle: 'CSPROBE', addresses: ['127.0.0.1'] }] });
  all(await results(stated, at(strict.port, 'ARCHIVE'), /rejection\/[ac]|verification/), /^passed/);
  await using elsewhere = await serve({ callers: 'known', peers: [{ aeTitle: 'CSPROBE', addresses: ['10.1.2.3'] }] });
  all(await results(stated, at(elsewhere.port, 'ARCHIVE'), /verification/), /^failed: .*reject/);
  await using open = await serve({});
  all(await results(stated, at(open.port, 'ARCHIVE'), /rejection\/calling/), /^failed: A-ASSOCIATE-AC/);
});

test('[CS-TPL-04] wlmscpfs with two associations at a time: two work, the third is rejected, after a release one is accepted', async (context) => {
  using folder = temporaryFolder();
  const port = await freePort();
  mkdirSync(join(folder.path, 'ANY'));
  writeFileSync(join(folder.path, 'ANY', 'lockfile'), '');
  const running = await start('wlmscpfs', ['--max-associations', '2', '-dfp', folder.path, String(port)], port);
  const limited = (acceptor: number) => statement([], { associations: { acceptor } });
  context.after(() => running.stop());
  all(await results(limited(1), at(port), /^associations$/), /failed: .*beyond 1 was accepted/);
  const patient = { care: { ...care, associate: 3 } };
  all(await results(limited(3), at(port), /^associations$/, patient), /failed: 2 were accepted/);
  all(await results(limited(2), at(port), /^associations$/), /passed: beyond 2: .*; accepted again after a release/);
});

describe('negotiation', () => {
  const keeps = (...syntaxes: string[]) => statement([{ uid: ct, syntaxes }], {});

  test('[CS-TPL-05] storescp that takes everything, and one that takes Implicit VR only: what is stated and refused, what is accepted and not stated', async () => {
    await using everything = await storescp('+xa');
    all(
      await results(keeps(explicit, big, implicit, deflated, lossless), at(everything.port), /negotiation\/keep/),
      /^passed/,
    );
    const less = await results(keeps(implicit), at(everything.port), /negotiation\/unstated/);
    all(
      less,
      /failed: \d+ differences; .*MR Image Storage in Implicit VR Little Endian is accepted .*, and that is not stated/,
    );
    await using little = await storescp('+xi');
    all(await results(keeps(implicit), at(little.port), /negotiation\/keep/), /^passed/);
    const more = await results(keeps(implicit, lossless), at(little.port), /negotiation\/keep/);
    all(more, /failed: .*JPEG Lossless.* is refused \(result 4\), and it is stated that it is accepted/);
  });

  test('[CS-TPL-06] storescp prefers what it is told to prefer; a rule that is stated otherwise is found', async () => {
    const choosing = (selection: string, ...syntaxes: string[]) =>
      system({ name: 'System', accepts: [{ name: 'Keep', selection, offers: [{ uid: ct, syntaxes }] }] });
    await using lossy = await storescp('+xs');
    all(await results(choosing('own order', lossless, explicit, big, implicit), at(lossy.port), /^choice/), /^passed/);
    all(await results(choosing('own order', implicit, lossless), at(lossy.port), /^choice/), /failed: .*was foretold/);
    await using plain = await storescp();
    all(await results(choosing('own order', explicit, big, implicit), at(plain.port), /^choice/), /^passed/);
    all(
      await results(choosing('first offered', explicit, implicit), at(plain.port), /^choice/),
      /failed: .*was foretold/,
    );
  });
});

describe('security', () => {
  const authority = testAuthority();
  after(() => authority[Symbol.dispose]());
  const [device, ours] = [authority.issue('device'), authority.issue('ours')];
  const secured = (features: string, profile = 'BCP 195 TLS Secure Transport Connection Profile') =>
    statement([], {
      rest: {
        security: {
          state: 'described',
          profiles: [{ profile, actor: 'acceptor', selection: 'Every association.', features }],
          userIdentity: [],
        },
      },
    });
  const client = { authorities: [authority.certificate], certificate: ours.certificate, key: ours.key };
  const demanding = 'Callers must show a certificate.';

  test('[CS-TPL-28] storescp over TLS: the stated versions work, others and callers without a known certificate do not; what is stated otherwise is found', async () => {
    await using peer = await storescp('+tls', device.keyFile, device.certificateFile, '+cf', authority.file);
    const target = at(peer.port, 'ANY', { tls: client });
    const found = await results(secured(demanding), target, /^tls/);
    const { 'tls/expired-certificate': expired, ...others } = found;
    assert.match(expired ?? '', /not automatable/);
    assert.deepEqual(Object.keys(others).sort(), [
      'tls/handshake',
      'tls/no-certificate',
      'tls/old-versions',
      'tls/unknown-certificate',
      'tls/without-tls',
    ]);
    all(others, /^passed/);
    const mild = await results(secured('Callers are not asked for a certificate.'), target, /no-certificate/);
    all(mild, /failed: refused/);
    all(await results(secured(demanding), at(peer.port), /^tls/), /not run|blocked/);
  });

  test('[CS-TPL-28] an expired certificate of a known issuer, and suites outside a non-downgrading profile, are refused', async () => {
    using folder = temporaryFolder();
    const expired = selfSigned('Known, and old', { around: Date.now() - 10 * 86_400_000 });
    const known = join(folder.path, 'old.pem');
    writeFileSync(known, expired.certificate);
    await using peer = await storescp(
      '+tls',
      device.keyFile,
      device.certificateFile,
      '+cf',
      authority.file,
      '+cf',
      known,
    );
    const target = at(peer.port, 'ANY', { tls: client, expired });
    const found = await results(
      secured(demanding, 'Non-Downgrading BCP 195 TLS Secure Transport Connection Profile'),
      target,
      /expired|weak|handshake/,
    );
    assert.equal(Object.keys(found).length, 3);
    all(found, /^passed/);
  });

  test('[CS-TPL-29] a right user is accepted, with a response where one is asked for; a wrong one and none are refused', async () => {
    const text = (value: string) => new TextEncoder().encode(value);
    const user = { type: 2, positiveResponseRequested: 0, primary: text('test'), secondary: text('secret') } as const;
    const server = (policy: object) => serving({ policy });
    const checks = {
      userRequired: true,
      verifyUser: async (identity: { primary: Uint8Array; secondary?: Uint8Array }) =>
        Buffer.from(identity.secondary ?? []).toString() === 'secret'
          ? { accepted: true, user: 'test', response: new Uint8Array(0) }
          : { accepted: false, why: 'another passcode' },
    };
    const claims = statement([], {
      rest: {
        security: {
          state: 'described',
          profiles: [],
          userIdentity: [
            {
              type: '2 user name and passcode',
              direction: 'accepted',
              positiveResponse: true,
              effect: 'An association is rejected unless it names a configured user.',
            },
          ],
        },
      },
    });
    await using strict = await server(checks);
    const found = await results(claims, at(strict.port, 'ANY', { identity: user }), /user-identity/);
    assert.equal(Object.keys(found).length, 4);
    all(found, /^passed/);
    await using lax = await server({});
    const wrong = await results(claims, at(lax.port, 'ANY', { identity: user }), /user-identity/);
    assert.match(wrong['user-identity/wrong'] ?? '', /^failed: accepted/);
    assert.match(wrong['user-identity/missing'] ?? '', /^failed: accepted/);
    assert.match(wrong['user-identity/right/response'] ?? '', /^failed: accepted$/);
  });
});

test('[CS-TPL-32] each stated time-out is measured; one that is kept otherwise is found', async () => {
  await using acceptor = await serving({ timeouts: { artim: 1, idle: 2, data: 1 } });
  const parameter = (name: string, seconds: number) => ({
    ae: 'main',
    name,
    configurable: false,
    default: String(seconds),
    unit: 's',
  });
  const claims = (between: number) =>
    statement([], {
      parameters: [
        parameter('artimTimeout', 1),
        parameter('idleTimeout', 2),
        parameter('Time-out for waiting for data between TCP/IP packets', between),
      ],
    });
  const found = await results(claims(1), at(acceptor.port), /^time-out/);
  assert.equal(Object.keys(found).length, 3);
  all(found, /^passed/);
  all(await results(claims(6), at(acceptor.port), /^time-out\/in-a-message/), /failed: .* after [12]\.\d s/);
});
