// What the conformance statement tells of key object selections: the tables that they are made from. PS3.2 A.8.1.1, A.8.3
import type { ObjectBuilder } from '@concord/conformance';
import { contentRows } from './content-items.ts';
import { documentRows, keyObjectClass } from './document.ts';

export const keyObjectDocuments: ObjectBuilder = {
  sopClasses: [keyObjectClass],
  template: 'TID 2010',
  attributes: documentRows,
  contentItems: contentRows,
};
