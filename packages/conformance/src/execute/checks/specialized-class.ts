// A private class offered with the class that it specializes: taken or not, as stated. PS3.7 D.3.3.6, PS3.4 B.3.1.4
import { explicitVrLittleEndian, implicitVrLittleEndian } from '@concord/dicom';
import type { Check } from '../../plan/check.ts';
import { inconclusive, type Outcome, outcomeOfError, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { freshUid } from '../test-data.ts';

const storageServiceClass = '1.2.840.10008.4.2';

export async function specializedClass(
  run: RunContext,
  { general, stated }: Extract<Check, { kind: 'specialized class' }>,
): Promise<Outcome> {
  const expected = stated ?? 'what the statement says, and it says nothing';
  const contexts = [
    {
      abstractSyntax: freshUid(),
      transferSyntaxes: [explicitVrLittleEndian, implicitVrLittleEndian],
      commonExtendedNegotiation: { serviceClassUid: storageServiceClass, relatedGeneralSopClassUids: [general] },
    },
    // With a context that is known to be accepted: some reject an association that has none.
    { abstractSyntax: general, transferSyntaxes: [implicitVrLittleEndian] },
  ];
  try {
    await using association = await run.associate(contexts);
    const observed = association.accepted.some(({ id }) => id === 1) ? 'accepted' : 'refused';
    return stated === undefined ? inconclusive(expected, observed) : verdict(observed === stated, expected, observed);
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}
