// Texts that an author wrote because nothing can be derived for their places, each bound to what it describes. PS3.2 6.2, 6.3
import { z } from 'zod';
import { label, record, reference } from './values.ts';

/** Something that a text describes: a registry entry or a constant of the source, by its name. */
const subject = record({
  name: label,
  /** Of its value when the text was last written or confirmed. */
  digest: z.string().regex(/^[0-9a-f]{16}$/),
  /** It has another value now. */
  changed: z.boolean().optional(),
});

export const textBlock = record({
  id: reference,
  /** Of the printed statement. */
  section: label,
  /** JSON Pointer to the text. RFC 6901 */
  path: z.string().startsWith('/').max(2000),
  /** Stale: what it describes has changed since somebody wrote or confirmed it. */
  state: z.enum(['current', 'stale']),
  describes: z.array(subject).min(1),
  /** Who wrote or confirmed it in this installation, and when; missing for what the product ships with. */
  author: label.optional(),
  date: z.iso.date().optional(),
});

export type TextBlock = z.infer<typeof textBlock>;
