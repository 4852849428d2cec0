// Test plans from outside: edited by hand or by a program, so every field that a run relies on is checked.
import { z } from 'zod';
import { verdicts } from '../compare/verdict.ts';
import { behaviours } from './behaviour.ts';
import type { Plan } from './plan.ts';
import { recoveryFaults } from './recovery-faults.ts';

const text = z.string().max(20_000);
const texts = z.array(text).max(10_000);
const context = z.looseObject({
  abstractSyntax: text,
  transferSyntaxes: texts.min(1),
  accepted: texts,
  open: z.boolean().optional(),
  role: z.enum(['SCP', 'BOTH']).optional(),
});
const key = z.looseObject({ tag: text, attribute: text, level: text, matching: texts });

const comparedRow = z.looseObject({
  sopClass: text,
  verdict: z.enum(verdicts),
  partner: text,
  system: text.optional(),
});

const check = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.enum(['reach', 'echo']) }),
  z.looseObject({
    kind: z.literal('rejection'),
    wrong: z.enum(['called AE title', 'calling AE title', 'application context', 'protocol version']),
    expected: z.looseObject({ result: z.int().optional(), source: z.int(), reason: z.int() }).optional(),
  }),
  z.looseObject({ kind: z.literal('identification'), classUid: text.optional(), versionName: text.optional() }),
  z.looseObject({
    kind: z.literal('maximum length'),
    offered: z
      .int()
      .min(0)
      .max(2 ** 32 - 1),
    stated: z.number().optional(),
  }),
  z.looseObject({ kind: z.literal('associations'), most: z.int().min(1).max(256) }),
  z.looseObject({ kind: z.literal('negotiation'), contexts: z.array(context).max(100_000) }),
  z.looseObject({
    kind: z.literal('recovery'),
    fault: z.enum(recoveryFaults),
    sopClass: text.optional(),
    find: text.optional(),
    seconds: z.number().min(0).max(3600).optional(),
  }),
  z.looseObject({ kind: z.literal('medium written'), profile: text }),
  z.looseObject({
    kind: z.literal('medium read'),
    profile: text,
    instances: z.array(z.looseObject({ sopClass: text, transferSyntax: text })).max(1000),
    find: text.optional(),
  }),
  z.looseObject({
    kind: z.literal('examination'),
    storageClasses: texts,
    rows: z
      .array(
        z.looseObject({
          tag: text,
          attribute: text,
          in: z.array(z.enum(['image', 'step'])),
          converted: z.boolean().optional(),
        }),
      )
      .max(1000),
  }),
  z.looseObject({
    kind: z.literal('signature'),
    variant: z.enum(['whole', 'broken']),
    sopClass: text,
    transferSyntax: text,
    get: text,
    stated: z.enum(['preserved', 'not preserved', 'refused', 'not verified']),
  }),
  z.looseObject({ kind: z.literal('restart'), find: text.optional() }),
  z.looseObject({ kind: z.literal('asynchronous window'), stated: z.int().min(0).max(65_535) }),
  z.looseObject({
    kind: z.literal('tls'),
    variant: z.enum([
      'handshake',
      'without TLS',
      'old versions',
      'weak suites',
      'no certificate',
      'unknown certificate',
      'expired certificate',
    ]),
    expected: z.enum(['accepted', 'refused']),
  }),
  z.looseObject({
    kind: z.literal('user identity'),
    variant: z.enum(['right', 'wrong', 'missing']),
    expected: z.enum(['accepted', 'refused']),
    positiveResponse: z.boolean(),
  }),
  z.looseObject({
    kind: z.literal('time-out'),
    silent: z.enum(['before the request', 'between requests', 'in a message']),
    seconds: z.number().positive().max(3600),
  }),
  z.looseObject({
    kind: z.literal('store'),
    sopClass: text,
    transferSyntax: text,
    variant: z.enum([
      'plain',
      'class mismatch',
      'again',
      'character set',
      'many',
      'five hundred',
      'missing attribute',
      'added attributes',
      'gray steps',
      'large',
    ]),
    characterSet: text.optional(),
    bytes: z
      .int()
      .positive()
      .max(2 ** 32)
      .optional(),
    statuses: texts,
  }),
  z.looseObject({
    kind: z.literal('find'),
    sopClass: text,
    variant: z.enum(['key', 'nothing', 'invalid', 'cancel', 'whole set']),
    key: key.optional(),
    statuses: texts,
  }),
  z.looseObject({
    kind: z.literal('move'),
    sopClass: text,
    variant: z.enum(['unknown', 'known', 'refusing', 'cancel']).optional(),
    statuses: texts,
  }),
  z.looseObject({
    kind: z.literal('get'),
    sopClass: text,
    storageClass: text,
    variant: z.enum(['one', 'all', 'short PDUs', 'lossy only', 'added attributes', 'character set']).optional(),
    characterSet: text.optional(),
    stated: z.enum(['converted', 'fails', 'kept', 'dropped']).optional(),
    coerced: texts.optional(),
  }),
  z.looseObject({
    kind: z.literal('specialized class'),
    general: text,
    stated: z.enum(['accepted', 'refused']).optional(),
  }),
  z.looseObject({
    kind: z.literal('procedure step'),
    variant: z.enum(['completed', 'discontinued', 'after the end', 'twice', 'unknown']),
  }),
  z.looseObject({ kind: z.literal('commitment'), variant: z.enum(['stored', 'unknown', 'after a restart']) }),
  z.looseObject({
    kind: z.literal('print'),
    variant: z.enum([
      'printer',
      'film',
      'unknown format',
      'presentation LUT',
      'annotation',
      'print film',
      'print session',
      'lost',
    ]),
    mode: z.enum(['grayscale', 'color']),
    format: text.optional(),
  }),
  z.looseObject({
    kind: z.literal('order'),
    variant: z.enum([
      'availability',
      'event log',
      'substance log',
      'unknown log',
      'media created',
      'media started',
      'media cancelled',
      'unknown media',
    ]),
    statuses: texts,
  }),
  z.looseObject({
    kind: z.literal('special query'),
    sopClass: text,
    variant: z.enum(['keys', 'nothing', 'invalid', 'unknown destination']),
    keys: texts,
    statuses: texts,
  }),
  z.looseObject({
    kind: z.literal('called'),
    operation: text,
    sopClasses: texts,
    behaviour: z.enum(behaviours),
    status: z.int().min(0).max(0xffff).optional(),
    seconds: z.number().min(0).max(3600).optional(),
    again: z.boolean().optional(),
  }),
]);

const item = z.looseObject({
  id: text,
  title: text,
  service: text,
  entity: text.optional(),
  kind: z.enum(['positive', 'negative', 'boundary', 'failure']),
  claim: z.looseObject({ text, paths: texts, section: text, rows: z.array(comparedRow).max(50_000).optional() }),
  direction: z.enum(['we call', 'the system calls']),
  configuration: texts,
  data: text,
  steps: z.array(z.looseObject({ action: text, expected: text })),
  criterion: text,
  automation: z.enum(['automatic', 'assisted', 'manual']),
  safety: z.enum(['read-only', 'adds data', 'changes data', 'disturbs']),
  priority: z.enum(['must', 'should', 'optional']),
  dependsOn: texts,
  outOfScope: text.optional(),
  check: check.optional(),
});

const system = z.looseObject({ label: text, digest: text });

const plan = z.looseObject({
  format: z.literal('concord-test-plan-1'),
  system,
  partner: system.optional(),
  entities: z.array(z.looseObject({ id: text, name: text, title: text.optional(), port: z.int().optional() })),
  load: z.looseObject({
    associationsAtATime: z.int().min(1).max(16),
    objectsPerSecond: z.number().positive().max(1000),
    bytes: z.number().positive(),
  }),
  estimate: z.looseObject({ items: z.number(), minutes: z.number(), megabytes: z.number() }),
  unknown: texts,
  version: z.int().min(1).optional(),
  approval: z.looseObject({ by: text, at: text, digest: text }).optional(),
  changes: z
    .array(
      z.looseObject({ by: text, at: text, reason: text, added: texts, changed: texts, removed: texts, from: text }),
    )
    .max(1000)
    .optional(),
  items: z.array(item).max(100_000),
});

const isPlan = (value: unknown): value is Plan => plan.safeParse(value).success;

/** A plan from parsed JSON; undefined for anything else. */
export const asPlan = (value: unknown): Plan | undefined => (isPlan(value) ? value : undefined);
