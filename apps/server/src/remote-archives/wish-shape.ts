// What a wish must look like; apart from the wish, because only those who read one need the library for that.
import { z } from 'zod';

const uid = z.string().regex(/^[0-9.]{1,64}$/u, 'must be a UID');

/** As a request gives it and a job keeps it. */
export const wishShape = z.strictObject({
  studyInstanceUid: uid,
  seriesInstanceUid: uid.optional(),
  sopInstanceUid: z.array(uid).min(1).max(10_000).optional(),
  /** Wanted by archives that have Patient Root only. */
  patientId: z.string().max(64).optional(),
  /** Also what is held here already. */
  anew: z.boolean().optional(),
});
