// Items about printing: the printer, films in each format, LUT, annotation, the paper itself, and a connection that is lost. PS3.4 Annex H
import { printSopClasses } from '@concord/network';
import type { Offer } from '../compare/view.ts';
import type { Check } from './check.ts';
import type { PlanItem } from './item.ts';
import { itemOf, type Words } from './service-item.ts';
import { provides, type Situation } from './situation.ts';

type Print = Extract<Check, { kind: 'print' }>;
type Mode = Print['mode'];
const service = 'Print Management';

/** Image Display Formats that the statement names somewhere; a single image where it names none. */
function formatsOf({ system, entity }: Situation, offer: Offer): readonly string[] {
  const texts = [
    ...system.parameters.filter(({ scope }) => scope === entity.id || scope === 'General').map(({ value }) => value),
    ...offer.conformance.map(({ description }) => description),
  ];
  const found = texts.flatMap((text) => text.match(/\b(?:STANDARD|ROW|COL)\\\d{1,2}(?:,\d{1,2}){0,4}/g) ?? []);
  return [...new Set(['STANDARD\\1,1', ...found])];
}

interface Make {
  readonly situation: Situation;
  readonly offer: Offer;
  readonly mode: Mode;
}

const make = (
  { situation, offer, mode }: Make,
  variant: Print['variant'],
  words: Omit<Words, 'variant'>,
  format?: string,
): PlanItem =>
  itemOf(
    situation,
    offer,
    service,
    { ...words, title: `${words.title} (${mode})`, variant: [mode, variant, format ?? ''].filter(Boolean).join(' ') },
    { kind: 'print', variant, mode, ...(format !== undefined && { format }) },
  );

const optional = { priority: 'should' } as const;

function films(parts: Make): readonly PlanItem[] {
  const [single, ...others] = formatsOf(parts.situation, parts.offer);
  const layOut = (format: string): Omit<Words, 'variant'> => ({
    title: `a film of ${format} is laid out and taken away again, without printing it`,
    kind: 'positive',
    action: 'N-CREATE of session and film box, N-SET of an image into each box, N-DELETE of both.',
    expected: 'Success or a stated warning at each step, and as many image boxes as the format has.',
  });
  return [
    make(parts, 'film', layOut(single ?? 'STANDARD\\1,1')),
    ...others.map((format) => make(parts, 'film', { ...layOut(format), rest: optional }, format)),
    make(parts, 'unknown format', {
      title: 'a format that does not exist is refused',
      kind: 'negative',
      action: 'N-CREATE of a film box with the format NOSUCHFORMAT\\9.',
      expected: 'A failure, such as 0106.',
      rest: optional,
    }),
  ];
}

function parts(situation: Situation, all: Make): readonly PlanItem[] {
  const lut = provides(situation, printSopClasses.presentationLut);
  const annotation = provides(situation, printSopClasses.annotationBox);
  return [
    ...(lut
      ? [
          make(all, 'presentation LUT', {
            title: 'a Presentation LUT is created, used by a film box, and deleted',
            kind: 'positive',
            action: 'N-CREATE of a Presentation LUT with shape IDENTITY, a film box that refers to it, N-DELETE.',
            expected: 'Success or a stated warning at each step.',
            rest: optional,
          }),
        ]
      : []),
    ...(annotation
      ? [
          make(all, 'annotation', {
            title: 'annotation boxes are given for an annotation format, and take a text',
            kind: 'positive',
            action: 'N-CREATE of a film box with an annotation format, N-SET of an annotation box.',
            expected: 'Success or a stated warning at each step.',
            rest: optional,
          }),
        ]
      : []),
  ];
}

const disturbing = { safety: 'disturbs', priority: 'optional' } as const;

function paper(all: Make): readonly PlanItem[] {
  const word = (what: string): Omit<Words, 'variant'> => ({
    title: `the ${what} is printed, and its print job can be asked for`,
    kind: 'positive',
    action: `N-ACTION of the ${what} with a test image; N-GET of the print job that the answer names, where it names one.`,
    expected: 'Success or a stated warning.',
    rest: disturbing,
  });
  const { check: _, ...byHand } = make(all, 'print film', {
    title: 'a film is printed',
    kind: 'positive',
    action: 'N-ACTION of the film box with the test pattern; look at the sheet and measure its steps.',
    expected:
      'The test pattern is on the sheet; with a Presentation LUT of shape IDENTITY its 16 steps are equally apart to the eye.',
    rest: { automation: 'manual', priority: 'should' },
  });
  return [
    make(all, 'print film', word('film box')),
    make(all, 'print session', word('film session')),
    { ...byHand, id: byHand.id.replace(/print-film$/, 'paper') },
  ];
}

function ofMode(situation: Situation, mode: Mode): readonly PlanItem[] {
  const offer = provides(situation, mode === 'grayscale' ? printSopClasses.grayscaleMeta : printSopClasses.colorMeta);
  if (!offer) return [];
  const all: Make = { situation, offer, mode };
  return [
    make(all, 'printer', {
      title: 'the printer says how it is',
      kind: 'positive',
      action: 'N-GET of the printer.',
      expected: 'Status 0000 with Printer Status.',
      rest: { safety: 'read-only' },
    }),
    ...films(all),
    ...parts(situation, all),
    ...paper(all),
    make(all, 'lost', {
      title: 'a connection that is lost in the middle takes its session with it',
      kind: 'failure',
      action: 'N-CREATE of session and film box, A-ABORT; then a film box in that session over a new association.',
      expected: 'The session is not there any more, and a new one can be made.',
      rest: optional,
    }),
  ];
}

/** Everything about printing at an entity. */
export const printItems = (situation: Situation): readonly PlanItem[] => [
  ...ofMode(situation, 'grayscale'),
  ...ofMode(situation, 'color'),
];
