// Texts of headers that follow each other are those that each has by itself. PS3.18 Annex F.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generatedFiles, richDataSet } from '../testing/generated.ts';
import { createHeaderTexts, DataSet, explicitVrLittleEndian, readDataSet, toJson, writeDataSet } from './index.ts';

type Values = Readonly<Record<string, Parameters<DataSet['set']>[1]>>;

const encoded = (values: Values): Uint8Array => {
  const dataSet = new DataSet();
  for (const [path, value] of Object.entries(values)) dataSet.set(path, value);
  return writeDataSet(dataSet, explicitVrLittleEndian);
};

const uriOf = (place: string) => ({ bulkDataUri: (path: string) => `${place}/${path}` });

/** The texts of all, each compared with what it is by itself; how many of them were read as a whole. */
const check = (headers: readonly Uint8Array[], kinds: readonly string[] = []): number => {
  const write = createHeaderTexts();
  let wholes = 0;
  for (const [index, bytes] of headers.entries()) {
    const kind = kinds[index] ?? '';
    const made = () => {
      const dataSet = readDataSet(bytes, explicitVrLittleEndian);
      dataSet.set('AvailableTransferSyntaxUID', `1.2${kind}`);
      dataSet.set('PixelData', new Uint8Array(), 'OW');
      return dataSet;
    };
    const read = () => {
      wholes += 1;
      return made();
    };
    const text = write({ bytes, read, kind }, uriOf(String(index)));
    assert.deepEqual(JSON.parse(text), toJson(made(), uriOf(String(index))), `header ${index}`);
    assert.deepEqual(Object.keys(JSON.parse(text)), Object.keys(JSON.parse(text)).sort());
  }
  return wholes;
};

const slice = (values: Values): Uint8Array =>
  encoded({
    SpecificCharacterSet: 'ISO_IR 100',
    ImageType: ['ORIGINAL', 'PRIMARY'],
    SOPInstanceUID: '1.2.3',
    Modality: 'CT',
    PatientName: 'Müller^Jürgen',
    SliceLocation: '1.5',
    InstanceNumber: 1,
    BitsAllocated: 16,
    PixelRepresentation: 0,
    'ProcedureCodeSequence[0].CodeValue': 'A',
    'ProcedureCodeSequence[0].CodeMeaning': 'Übung',
    RedPaletteColorLookupTableData: new Uint8Array(6),
    ...values,
  });

describe('texts of headers that follow each other', () => {
  test('only the first of a series is read as a whole, whatever the length of what is different', () => {
    const headers = Array.from({ length: 12 }, (_, index) =>
      slice({ SOPInstanceUID: `1.2.3.${10 ** index}`, InstanceNumber: index, SliceLocation: `${index * 1000}.5` }),
    );
    assert.equal(check(headers), 1);
  });

  test('names in the character set of the series, items, numbers and bulk data that are different', () => {
    const headers = [
      slice({}),
      slice({ PatientName: 'Größe^Anna' }),
      slice({ 'ProcedureCodeSequence[0].CodeMeaning': 'Fuß' }),
      slice({ RedPaletteColorLookupTableData: new Uint8Array([1, 2, 3, 4, 5, 6]) }),
      slice({ ImageType: ['DERIVED', 'PRIMARY', 'AXIAL'], SliceLocation: null }),
    ].map((bytes) => bytes.slice());
    assert.ok(check(headers) <= 2);
  });

  test('other elements, another context, another kind: read as a whole', () => {
    const same = slice({});
    assert.equal(check([same, slice({ PatientID: 'P' })]), 2, 'one more');
    assert.equal(check([slice({ PatientID: 'P' }), same]), 2, 'one less');
    const greek = {
      SpecificCharacterSet: 'ISO_IR 126',
      PatientName: 'Ωμέγα',
      'ProcedureCodeSequence[0].CodeMeaning': 'Άλφα',
    };
    assert.equal(check([same, slice(greek)]), 2, 'character set');
    assert.equal(check([same, slice({ PixelRepresentation: 1 })]), 2, 'pixel representation');
    assert.equal(check([same, same], ['.1', '.2']), 2, 'kind');
    assert.equal(check([same, same, same]), 1);
  });

  test('headers of all kinds among each other', () => {
    const files = generatedFiles().length;
    const rich = writeDataSet(richDataSet(), explicitVrLittleEndian);
    assert.ok(files > 0);
    check([rich, slice({}), rich, rich, slice({}), slice({ InstanceNumber: 4 })]);
  });

  test('each byte changed, each place cut: the same text, or the same refusal, as by itself', () => {
    const [one, other] = [slice({}), slice({ InstanceNumber: 2 })];
    const options = { truncated: 'keep' } as const;
    const outcome = (work: () => string): string => {
      try {
        return work();
      } catch (error) {
        return error instanceof Error ? error.name : 'thrown';
      }
    };
    const damaged = [...other.keys()].flatMap((at) => {
      const flipped = other.slice();
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      return [flipped, other.subarray(0, at)];
    });
    for (const bytes of damaged) {
      const write = createHeaderTexts();
      const textOf = (header: Uint8Array) =>
        write({ bytes: header, read: () => readDataSet(header, explicitVrLittleEndian, options), kind: '' });
      textOf(one);
      const after = outcome(() => textOf(bytes));
      const alone = outcome(() => JSON.stringify(toJson(readDataSet(bytes, explicitVrLittleEndian, options))));
      if (alone.startsWith('{')) assert.deepEqual(JSON.parse(after), JSON.parse(alone));
      else assert.equal(after, alone);
    }
  });
});
