// Checks of Digital Signatures: one that holds is stored and brought back, one that does not is stored or refused. PS3.15 Annex C
import { readDataSet, writeDataSet } from '@concord/dicom';
import { statusClass } from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { inconclusive, type Outcome, outcomeOfError, statusWords, verdict } from '../outcome.ts';
import { getBack, modelOf } from '../retrieval.ts';
import type { RunContext } from '../run-context.ts';
import { signatureFault, signDataSet } from '../signature.ts';
import { freshUid, type TestInstance, testInstance } from '../test-data.ts';
import { narrowed } from './query.ts';

type Signature = Extract<Check, { kind: 'signature' }>;

/** A signed instance in a study of its own; a broken one is changed afterwards. */
function signedInstance(run: RunContext, { sopClass, transferSyntax, variant }: Signature): TestInstance {
  const patient = { ...run.patient, studyInstanceUid: freshUid(), seriesInstanceUid: freshUid() };
  const made = testInstance(patient, sopClass, { transferSyntaxUid: transferSyntax });
  signDataSet(made.dataSet);
  if (variant === 'broken') made.dataSet.set('StudyID', 'ZZ-OTHER');
  const bytes = writeDataSet(made.dataSet, transferSyntax);
  return {
    ...made,
    bytes,
    open: async function* () {
      yield bytes;
    },
  };
}

async function broughtBack(run: RunContext, { get, stated }: Signature, instance: TestInstance): Promise<Outcome> {
  const expected = stated === 'preserved' ? 'the signature verifies' : 'the signature does not verify, as stated';
  const { sopClassUid: abstractSyntax, transferSyntaxUid } = instance;
  const { arrived } = await getBack(run, get, [narrowed(modelOf(get), 'SERIES', instance.dataSet)], {
    contexts: [{ abstractSyntax, transferSyntaxes: [transferSyntaxUid] }],
  });
  const [back] = arrived;
  if (!back) return verdict(false, expected, 'the instance did not come back');
  run.evidence.object(back.sopInstanceUid, back.bytes);
  const fault = signatureFault(readDataSet(back.bytes, back.transferSyntax));
  return verdict((fault === undefined) === (stated === 'preserved'), expected, fault ?? 'the signature verifies');
}

export async function signature(run: RunContext, check: Signature): Promise<Outcome> {
  const { stated, variant } = check;
  const expected = stated === 'refused' ? 'a failure' : 'the instance is stored';
  const instance = signedInstance(run, check);
  if (!(await run.mayExchange(instance.bytes.length)))
    return { result: 'not run', expected, observed: 'the run has sent as many bytes as it may' };
  try {
    const status = await (async () => {
      await using association = await run.associate([
        { abstractSyntax: instance.sopClassUid, transferSyntaxes: [instance.transferSyntaxUid] },
      ]);
      return await association.store(instance, { signal: run.signal });
    })();
    const kept = statusClass(status.code) !== 'failure';
    if (kept) run.besides.push(instance);
    if (variant === 'broken') return verdict(kept === (stated === 'not verified'), expected, statusWords(status));
    return kept ? await broughtBack(run, check, instance) : inconclusive(expected, statusWords(status));
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}
