// What the authored texts of the statement describe, by name: settings with their defaults, services with their operations, lists of the source. PS3.2 6.2
import type { Facts } from '@concord/conformance';
import type { Service } from '@concord/network';
import { get, move, query, send, storage } from '../archive/declaration.ts';
import { tellAvailability } from '../availability/declaration.ts';
import { commitment } from '../commitment/declaration.ts';
import { searchOthers } from '../remote-archives/declaration.ts';
import { settings } from '../settings/settings.ts';
import { unifiedProcedureStep } from '../unified-procedure-step/declaration.ts';
import { modalityWorklist } from '../worklist/declaration.ts';
import { supportedCharacterSets } from './texts.ts';

const services: Readonly<Record<string, Service>> = {
  ...{ storage, query },
  sending: send,
  'retrieval by C-MOVE': move,
  'retrieval by C-GET': get,
  'query of other archives': searchOthers,
  'storage commitment': commitment,
  'instance availability': tellAvailability,
  'unified procedure step': unifiedProcedureStep,
  'modality worklist': modalityWorklist,
};

/** `setting duplicates`, `service storage`, `supported character sets`. */
export const textFacts: Facts = {
  ...Object.fromEntries(
    Object.entries(settings).map(([name, { default: value, range }]) => [`setting ${name}`, { default: value, range }]),
  ),
  ...Object.fromEntries(
    Object.entries(services).map(([name, { role, operations }]) => [
      `service ${name}`,
      { role, operations: Object.keys(operations) },
    ]),
  ),
  'supported character sets': supportedCharacterSets,
};
