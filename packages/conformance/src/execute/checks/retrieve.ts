// Checks of retrieval: an unknown destination, and what comes back over the association of a C-GET. PS3.4 C.4.2, C.4.3
import { explicitVrLittleEndian, implicitVrLittleEndian, readDataSet } from '@concord/dicom';
import { queryRetrieveSopClasses, type StoreRequest, statusClass } from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { byDifferences, hex, inconclusive, isListed, type Outcome, outcomeOfError, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import type { TestInstance } from '../test-data.ts';
import { narrowed, queryContext } from './query.ts';

const studyRoots: readonly string[] = [queryRetrieveSopClasses.studyRootMove, queryRetrieveSopClasses.studyRootGet];
/** Whose keys the retrieval shares. */
const modelOf = (sopClass: string): string =>
  studyRoots.includes(sopClass) ? queryRetrieveSopClasses.studyRootFind : queryRetrieveSopClasses.patientRootFind;

export async function move(
  run: RunContext,
  { sopClass, statuses }: Extract<Check, { kind: 'move' }>,
): Promise<Outcome> {
  const expected = `a stated failure: ${statuses.join(', ') || 'none is stated'}`;
  const [sample] = run.stored;
  if (!sample) return inconclusive(expected, 'nothing could be stored to be asked for');
  try {
    await using association = await run.associate([queryContext(sopClass)]);
    const identifier = narrowed(modelOf(sopClass), 'STUDY', sample.dataSet);
    let final = -1;
    for await (const { status } of association.move(sopClass, identifier, 'ZZNOBODYHERE', { signal: run.signal }))
      if (statusClass(status.code) !== 'pending') final = status.code;
    const fits = statusClass(final) === 'failure' && (statuses.length === 0 || isListed(final, statuses));
    return verdict(final >= 0 && fits, expected, `status ${hex(final)}`);
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}

/** An instance as it comes in, at most as long as what was sent, twice over. */
async function received(request: StoreRequest, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.dataSet) {
    length += chunk.length;
    if (length > most) throw new RangeError(`more than ${most} bytes came back`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Attributes that are not as they were sent. */
function differencesOf(sent: TestInstance, bytes: Uint8Array, transferSyntax: string): readonly string[] {
  const back = readDataSet(bytes, transferSyntax);
  const keywords = [
    'SOPClassUID',
    'SOPInstanceUID',
    'StudyInstanceUID',
    'SeriesInstanceUID',
    'PatientID',
    'PatientName',
    'StudyDate',
    'Modality',
    'InstanceNumber',
  ] as const;
  const changed = keywords
    .filter((keyword) => back.string(keyword) !== sent.dataSet.string(keyword))
    .map(
      (keyword) =>
        `${keyword} came back as "${back.string(keyword) ?? ''}", "${sent.dataSet.string(keyword) ?? ''}" was sent`,
    );
  const [before, after] = [sent.dataSet.bytes('PixelData'), back.bytes('PixelData')];
  const same = before === undefined || (after !== undefined && Buffer.compare(before, after) === 0);
  return same ? changed : [...changed, 'the pixels came back changed'];
}

export async function get(run: RunContext, check: Extract<Check, { kind: 'get' }>): Promise<Outcome> {
  const expected = 'the instance comes back unchanged, final status 0000';
  const { sopClass, storageClass } = check;
  const sent = run.stored.find(({ sopClassUid }) => sopClassUid === storageClass);
  if (!sent) return inconclusive(expected, 'nothing could be stored to be asked for');
  const differences: string[] = [];
  let came = 0;
  try {
    await using association = await run.associate([
      queryContext(sopClass),
      {
        abstractSyntax: storageClass,
        transferSyntaxes: [...new Set([sent.transferSyntaxUid, explicitVrLittleEndian, implicitVrLittleEndian])],
        roles: { scu: false, scp: true },
      },
    ]);
    const identifier = narrowed(modelOf(sopClass), 'IMAGE', sent.dataSet);
    let final = -1;
    const onStore = async (
      request: StoreRequest,
      { presentationContext }: { readonly presentationContext: { readonly transferSyntax: string } },
    ) => {
      const bytes = await received(request, sent.bytes.length * 2 + 65_536);
      came += 1;
      differences.push(...differencesOf(sent, bytes, presentationContext.transferSyntax));
      return { code: 0x0000 };
    };
    for await (const { status } of association.get(sopClass, identifier, { onStore, signal: run.signal }))
      if (statusClass(status.code) !== 'pending') final = status.code;
    if (came === 0 || final !== 0) return verdict(false, expected, `${came} instances came, status ${hex(final)}`);
    return byDifferences(expected, `${came} instance came back unchanged`, differences);
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}
