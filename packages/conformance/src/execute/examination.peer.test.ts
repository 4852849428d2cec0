// One examination at our scripted side: findscu and a modality of our own network classes play it; the drawn sequence is that of the capture.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet, explicitVrLittleEndian, implicitVrLittleEndian, writeDataSet } from '@concord/dicom';
import { connect, modalityWorklistSopClass, performedProcedureStepSopClasses } from '@concord/network';
import { freePort, run } from '../../../network/testing/programs.ts';
import { recordingProxy } from '../../testing/recording-proxy.ts';
import { operation, system } from '../../testing/systems.ts';
import { messagesIn } from '../../testing/tshark.ts';
import { activitySequence } from '../diagram/activity-sequence.ts';
import { createPlan } from '../plan/plan.ts';
import { asPlan } from '../plan/read-plan.ts';
import { runPlan } from './run.ts';
import { testInstance, testPatient } from './test-data.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const { step: stepClass } = performedProcedureStepSopClasses;
const syntaxes = [explicitVrLittleEndian, implicitVrLittleEndian];

const mapping = (from: string, to: string, attribute: string, tag: string, conversion: string) => ({
  from,
  to,
  attribute,
  tag,
  conversion,
});
const modality = (rows?: readonly object[]) =>
  system({
    name: 'Modality',
    initiates: [
      {
        name: 'Ask',
        offers: [{ uid: modalityWorklistSopClass }],
        conformance: [operation('C-FIND', 'SCU', [modalityWorklistSopClass])],
      },
      {
        name: 'Acquire',
        offers: [{ uid: stepClass }, { uid: ct }],
        conformance: [
          operation('N-CREATE', 'SCU', [stepClass]),
          operation('C-STORE', 'SCU', [ct]),
          operation('N-SET', 'SCU', [stepClass]),
        ],
      },
    ],
    ...(rows && { rest: { annexes: { attributeMapping: { state: 'described', rows } } } }),
  });

/** What a modality of a test writes otherwise than it should. */
interface Faults {
  readonly accessionNumber?: string;
  readonly withoutImage?: boolean;
}

function stepOf(item: DataSet): DataSet {
  const scheduled = new DataSet();
  for (const keyword of ['AccessionNumber', 'StudyInstanceUID'] as const)
    scheduled.set(keyword, item.string(keyword) ?? null);
  const step = new DataSet();
  for (const keyword of ['PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex'] as const)
    step.set(keyword, item.string(keyword) ?? null);
  step.set('PerformedProcedureStepStatus', 'IN PROGRESS');
  step.set('ScheduledStepAttributesSequence', [scheduled]);
  return step;
}

function imageOf(item: DataSet, { accessionNumber }: Faults) {
  const made = testInstance(testPatient(), ct, { transferSyntaxUid: explicitVrLittleEndian });
  for (const keyword of ['PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex', 'StudyInstanceUID'] as const)
    made.dataSet.set(keyword, item.string(keyword) ?? null);
  made.dataSet.set('AccessionNumber', accessionNumber ?? item.string('AccessionNumber') ?? null);
  const bytes = writeDataSet(made.dataSet, explicitVrLittleEndian);
  return {
    ...made,
    bytes,
    open: async function* () {
      yield bytes;
    },
  };
}

/** Takes the item from the worklist, begins a step, stores an image, ends the step, as a modality does. */
async function examine(port: number, faults: Faults = {}): Promise<true> {
  const peer = { host: '127.0.0.1', port, calledAeTitle: 'CSSINK', callingAeTitle: 'MODALITY' };
  await using asking = await connect(peer, [{ abstractSyntax: modalityWorklistSopClass, transferSyntaxes: syntaxes }]);
  const identifier = new DataSet();
  for (const keyword of ['PatientName', 'PatientID'] as const) identifier.set(keyword, null);
  let item: DataSet | undefined;
  for await (const answer of asking.find(modalityWorklistSopClass, identifier)) item = answer.identifier ?? item;
  assert.ok(item);
  await using acquiring = await connect(peer, [
    { abstractSyntax: stepClass, transferSyntaxes: syntaxes },
    { abstractSyntax: ct, transferSyntaxes: syntaxes },
  ]);
  const { sopInstanceUid = '' } = await acquiring.nCreate({ sopClassUid: stepClass, dataSet: stepOf(item) });
  if (!faults.withoutImage) assert.equal((await acquiring.store(imageOf(item, faults))).code, 0);
  const end = new DataSet();
  end.set('PerformedProcedureStepStatus', 'COMPLETED');
  await acquiring.nSet({ sopClassUid: stepClass, sopInstanceUid, dataSet: end });
  return true;
}

/** Runs the item, with `play` in the place of whoever sits at the modality. */
async function examined(claims: object, play: (port: number) => Promise<unknown>, patience = 20) {
  const plan = asPlan(JSON.parse(JSON.stringify(createPlan(claims)))) ?? assert.fail('the plan cannot be read again');
  const playing: Promise<unknown>[] = [];
  const { results } = await runPlan(
    plan,
    { host: '127.0.0.1', port: 1, calledAeTitle: 'NOBODY' },
    {
      care: { patience },
      assisted: true,
      ourSide: { host: '127.0.0.1', port: await freePort(), aeTitle: 'CSSINK' },
      only: ({ id }) => id === 'examination/mapping',
      ask: (text) => {
        const played = play(Number(/ at port (\d+)/.exec(text)?.[1]));
        played.catch(() => undefined);
        playing.push(played);
      },
    },
  );
  await Promise.all(playing);
  const [result] = results;
  assert.ok(result);
  return `${result.result}: ${[result.observed, ...(result.differences ?? [])].join('; ')}`;
}

test('[CS-TPL-35] worklist, step and image agree by the mapping; what does not is named by tag', async () => {
  assert.match(await examined(modality(), (port) => examine(port)), /^passed: 1 steps, 1 images/);
  const wrong = await examined(modality(), (port) => examine(port, { accessionNumber: 'OTHER' }));
  assert.match(
    wrong,
    /^failed: .*Accession Number \(0008,0050\) in image 1 is "OTHER", and "ZZ[0-9A-F]{8}" in the worklist/,
  );
  assert.doesNotMatch(wrong, /in step/);
  const rows = [
    mapping('Modality Worklist', 'CT Image Storage', 'Accession Number', '(0008,0050)', 'Copied unchanged.'),
    mapping('Modality Worklist', 'MPPS', 'Requested Procedure ID', '(0040,1001)', 'Shortened.'),
    mapping('Image', 'MPPS', 'Series', '(0020,000E)', 'Copied.'),
  ];
  const stated = await examined(modality(rows), (port) => examine(port));
  assert.match(stated, /^failed: .*Requested Procedure ID \(0040,1001\) in step is missing, and "ZZRP"/);
  assert.doesNotMatch(stated, /Series|Accession/);
});

test('an examination without images, a worklist that is asked for and no more, and nobody at all', async () => {
  const none = await examined(modality(), (port) => examine(port, { withoutImage: true }), 2);
  assert.match(none, /^failed: .*after 2 s: 1 steps, 0 images, step at its end/);
  const asked = (port: number) =>
    run('findscu', ['-W', '-aec', 'CSSINK', '127.0.0.1', String(port), '-k', 'PatientName', '-k', 'PatientID']);
  assert.match(await examined(modality(), asked, 2), /^failed: .*0 steps, 0 images, no step at its end/);
  assert.match(await examined(modality(), async () => true, 0.2), /^not run: nobody asked for the worklist/);
});

test('[CS-DFD-15] the drawn sequence of an acquisition is that of its capture: step, image, end of the step', async (context) => {
  const proxies: Awaited<ReturnType<typeof recordingProxy>>[] = [];
  await examined(modality(), async (port) => {
    const proxy = await recordingProxy(context, port);
    proxies.push(proxy);
    return examine(proxy.port);
  });
  const captured = await messagesIn(proxies.flatMap(({ connections }) => connections.slice(1)));
  const activity = modality().networking.applicationEntities[0]?.initiation;
  assert.ok(activity && 'activities' in activity);
  const acquire = activity.activities.find(({ name }) => name === 'Acquire') ?? assert.fail();
  const [diagram] = activitySequence(acquire as unknown as Parameters<typeof activitySequence>[0], {
    anchor: 'x',
    entity: 'Modality AE',
    remote: 'Archive',
    weOpen: true,
  });
  const drawn = diagram?.relations.flatMap(
    (relation) => /: ([CN]-[A-Z]+) (request|response)/.exec(relation)?.slice(1) ?? [],
  );
  assert.deepEqual(
    captured.flatMap((text) => text.split(' ')),
    drawn,
  );
  assert.deepEqual(captured, [
    'N-CREATE request',
    'N-CREATE response',
    'C-STORE request',
    'C-STORE response',
    'N-SET request',
    'N-SET response',
  ]);
  const heights = diagram?.drawing.shapes.flatMap((shape) => (shape.kind === 'line' && shape.arrow ? [shape.y1] : []));
  assert.deepEqual(
    heights,
    heights?.toSorted((a, b) => a - b),
    'arrows stand in the order of time',
  );
});
