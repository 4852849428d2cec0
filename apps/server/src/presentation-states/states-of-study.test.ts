// Presentation states as they are listed for a viewer: in which order, and for which images.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';

const item = (values: Readonly<Record<string, string | readonly number[] | readonly DataSet[]>>): DataSet => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value as string);
  return dataSet;
};

interface MadeState {
  readonly instance: string;
  readonly created?: readonly [date: string, time: string];
  readonly label?: string;
  readonly change?: (dataSet: DataSet) => void;
}

const references = (...images: readonly DataSet[]) => [
  item({ SeriesInstanceUID: madeSeries, ReferencedImageSequence: images }),
];

const stateFile = ({ instance, created, label = '', change }: MadeState) =>
  madeFile({
    instance,
    series: '1.3.7',
    change: (dataSet) => {
      for (const keyword of ['Rows', 'Columns', 'BitsAllocated', 'BitsStored', 'HighBit', 'SamplesPerPixel'])
        dataSet.delete(keyword);
      dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.11.1');
      dataSet.set('Modality', 'PR');
      dataSet.set('ContentLabel', label);
      if (created) {
        dataSet.set('PresentationCreationDate', created[0]);
        dataSet.set('PresentationCreationTime', created[1]);
      }
      dataSet.set('ReferencedSeriesSequence', references(item({ ReferencedSOPInstanceUID: '1.2.1' })));
      change?.(dataSet);
    },
  });

const listed = async (t: TestContext, files: readonly Uint8Array<ArrayBuffer>[], study = madeStudy) => {
  const { service, url } = await startDicomweb(t);
  for (const body of files) {
    const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  }
  const response = await fetch(`${url}/api/studies/${encodeURIComponent(study)}/presentation-states`);
  assert.equal(response.status, 200);
  return response.json();
};
const uids = (states: readonly { readonly sopInstanceUid: string }[]) =>
  states.map(({ sopInstanceUid }) => sopInstanceUid);

test('[VW-GSPS-02] the newest by creation comes first, then the one stored last; those without a date come last', async (t) => {
  const states = await listed(t, [
    madeFile({ instance: '1.2.1' }),
    stateFile({ instance: '1.2.50', created: ['20260102', '101112'] }),
    stateFile({ instance: '1.2.90' }),
    stateFile({ instance: '1.2.60', created: ['20260103', '080000'], label: 'NEWEST' }),
    stateFile({ instance: '1.2.20', created: ['20260102', '101112'] }),
    stateFile({ instance: '1.2.30', created: ['20260102', '101111.999'] }),
  ]);
  assert.deepEqual(uids(states), ['1.2.60', '1.2.20', '1.2.50', '1.2.30', '1.2.90']);
  assert.equal(states[0].label, 'NEWEST');
  assert.equal(states[0].seriesInstanceUid, '1.3.7');
});

test('a state names images, their frames, and, where it blends, the underlying ones; one with a mask is not displayed', async (t) => {
  const states = await listed(t, [
    madeFile({ instance: '1.2.1' }),
    stateFile({
      instance: '1.2.11',
      created: ['20260104', '1'],
      change: (dataSet) => {
        const framed = item({ ReferencedSOPInstanceUID: '1.2.1', ReferencedFrameNumber: [3, 5] });
        dataSet.set('ImageRotation', 270, 'US');
        dataSet.set('ImageHorizontalFlip', 'Y');
        dataSet.set('ReferencedSeriesSequence', references(framed, item({ ReferencedSOPInstanceUID: '1.2.2' })));
      },
    }),
    stateFile({
      instance: '1.2.12',
      created: ['20260103', '1'],
      change: (dataSet) => dataSet.set('MaskSubtractionSequence', [item({ MaskOperation: 'AVG_SUB' })]),
    }),
    stateFile({
      instance: '1.2.13',
      created: ['20260102', '1'],
      change: (dataSet) => {
        dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.11.4');
        dataSet.delete('ReferencedSeriesSequence');
        const part = (position: string, uid: string) =>
          item({
            BlendingPosition: position,
            ReferencedSeriesSequence: references(item({ ReferencedSOPInstanceUID: uid })),
          });
        dataSet.set('BlendingSequence', [part('SUPERIMPOSED', '1.2.9'), part('UNDERLYING', '1.2.8')]);
      },
    }),
  ]);
  const [framed, masked, blending] = states;
  assert.deepEqual(framed.images, [
    { sopInstanceUid: '1.2.1', frames: [3, 5] },
    { sopInstanceUid: '1.2.2', frames: [] },
  ]);
  assert.deepEqual(framed.spatial, { rotation: 270, flip: true });
  assert.equal(framed.notDisplayed, '');
  assert.deepEqual([masked.sopInstanceUid, masked.notDisplayed], ['1.2.12', '']);
  assert.deepEqual([blending.kind, blending.images], ['blending', [{ sopInstanceUid: '1.2.8', frames: [] }]]);
});

test('a study without states, and none at all, have none', async (t) => {
  assert.deepEqual(await listed(t, [madeFile({ instance: '1.2.1' })]), []);
  assert.deepEqual(await listed(t, [], "1.2'; drop table study; --"), []);
});
