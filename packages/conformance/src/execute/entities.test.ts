// A system of several application entities, each with a title and a port of its own: what one stores the other finds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet, readDataSet } from '@concord/dicom';
import { bind, listen, queryFind, service, storage, verificationScp } from '@concord/network';
import { operation, system } from '../../testing/systems.ts';
import { createPlan } from '../plan/plan.ts';
import { asPlan } from '../plan/read-plan.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { reportDocument } from './report-document.ts';
import { runPlan } from './run.ts';

const [verification, ct, find] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.2.2.1'];
const care = { pause: 0, objectsPerSecond: 1000, connect: 2, associate: 5, response: 5, patience: 0.1 };

/** The finder stands first in the statement, so that its items come before what it needs is stored. */
const claims = (() => {
  const key = {
    level: 'STUDY',
    attribute: 'Patient ID',
    tag: '(0010,0020)',
    matching: ['single value'],
    returned: true,
  };
  const parts = (offers: readonly { uid: string }[], conformance: readonly object[] = []) =>
    system({ name: 'Archive', accepts: [{ name: 'Work', offers, conformance }] }).networking.applicationEntities;
  const finder = parts(
    [{ uid: verification }, { uid: find }],
    [operation('C-FIND', 'SCP', [find], { keys: [key] })],
  ).map((entity) => ({ ...entity, id: 'finder' }));
  const keeper = parts([{ uid: verification }, { uid: ct }]).map((entity) => ({ ...entity, id: 'keeper' }));
  const base = system({ name: 'Archive' });
  return { ...base, networking: { ...base.networking, applicationEntities: [...finder, ...keeper] } };
})();
const plan = createPlan(claims);

async function archive() {
  const kept: DataSet[] = [];
  const keeper = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [
      {
        aeTitle: 'KEEPER',
        services: [
          verificationScp,
          bind(service({ ...storage, sopClasses: [ct] }), {
            'C-STORE': async (request, { presentationContext }) => {
              const bytes = Buffer.concat(await Array.fromAsync(request.dataSet));
              kept.push(readDataSet(bytes, presentationContext.transferSyntax));
              return { code: 0x0000 };
            },
          }),
        ],
      },
    ],
  });
  const finder = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [
      {
        aeTitle: 'FINDER',
        services: [
          verificationScp,
          bind(queryFind, {
            async *'C-FIND'({ identifier }) {
              const wanted = identifier.string('PatientID');
              for (const each of kept.slice(0, 1)) {
                if (wanted !== undefined && wanted !== '' && each.string('PatientID') !== wanted) continue;
                const answer = new DataSet();
                for (const keyword of ['PatientID', 'StudyInstanceUID'] as const)
                  answer.set(keyword, each.string(keyword) ?? null);
                yield { code: 0xff00, identifier: answer };
              }
              yield { code: 0x0000 };
            },
          }),
        ],
      },
    ],
  });
  return {
    entities: [
      { entity: 'keeper', host: '127.0.0.1', port: keeper.port, calledAeTitle: 'KEEPER' },
      { entity: 'finder', host: '127.0.0.1', port: finder.port, calledAeTitle: 'FINDER' },
    ],
    [Symbol.asyncDispose]: async () => {
      await Promise.all([keeper.close(), finder.close()]);
    },
  };
}

test('each item goes to its entity, after what it needs is stored at the other', async () => {
  assert.deepEqual(asPlan(JSON.parse(JSON.stringify(plan))), plan);
  assert.deepEqual(new Set(plan.items.map(({ entity }) => entity)), new Set(['finder', 'keeper']));
  await using peer = await archive();
  const [target] = peer.entities;
  assert.ok(target);
  const report = await runPlan(plan, target, { care, entities: peer.entities });
  const resultOf = (id: string) => report.results.find((each) => each.id === id)?.result;
  for (const id of ['keeper/verification', 'finder/verification', 'keeper/negotiation/work', 'finder/negotiation/work'])
    assert.equal(resultOf(id), 'passed', id);
  assert.equal(report.results.find(({ title }) => title.includes('(0010,0020)'))?.result, 'passed');
  assert.match(renderMarkdown(reportDocument(report)), /Entity finder: FINDER at 127\.0\.0\.1:\d+/);
});

test('an entity that is not where it is said to be fails alone', async () => {
  await using peer = await archive();
  const [keeper, finder] = peer.entities;
  assert.ok(keeper && finder);
  const report = await runPlan(plan, keeper, { care, entities: [keeper, { ...finder, calledAeTitle: 'NOBODY' }] });
  const resultOf = (id: string) => report.results.find((each) => each.id === id)?.result;
  assert.equal(resultOf('keeper/verification'), 'passed');
  assert.equal(resultOf('finder/verification'), 'failed');
  assert.equal(report.results.find(({ title }) => title.includes('(0010,0020)'))?.result, 'blocked');
});
