// Application entities, activities, contexts and operations of a statement of any form, with their places. PS3.2 A.4.2
import { at, described, list, type Place, text, texts } from './place.ts';

export const directions = ['initiation', 'acceptance'] as const;
export type Direction = (typeof directions)[number];

export const entitiesOf = (document: Place): readonly Place[] =>
  described(document, 'networking') ? list(document, 'networking', 'applicationEntities') : [];

export interface ActivityPlace {
  readonly entity: Place;
  readonly direction: Direction;
  readonly activity: Place;
}

/** The activities of one entity in both directions. */
export const activitiesOf = (entity: Place): readonly ActivityPlace[] =>
  directions.flatMap((direction) =>
    described(entity, direction)
      ? list(entity, direction, 'activities').map((activity) => ({ entity, direction, activity }))
      : [],
  );

export const allActivities = (document: Place): readonly ActivityPlace[] => entitiesOf(document).flatMap(activitiesOf);

/** UID and role of each context of an activity. */
export const contextsOf = ({ activity }: ActivityPlace) =>
  list(activity, 'contexts').map((context) => ({
    context,
    uid: text(context, 'abstractSyntax', 'uid'),
    role: text(context, 'role'),
    syntaxes: list(context, 'transferSyntaxes'),
  }));

/** What SOP Classes do in an activity, one for each operation. */
export const conformancesOf = ({ activity }: ActivityPlace) =>
  list(activity, 'sopConformance').map((conformance) => ({
    conformance,
    operation: text(conformance, 'operation'),
    ourRole: text(conformance, 'ourRole'),
    sopClasses: texts(conformance, 'sopClasses'),
  }));

/** Rows of table A.4.2-1 of every entity. */
export const sopClassRows = (document: Place) =>
  entitiesOf(document).flatMap((entity) =>
    list(entity, 'sopClasses').map((row) => ({
      entity,
      row,
      uid: text(row, 'uid'),
      type: text(row, 'type'),
      scu: text(row, 'scu'),
      scp: text(row, 'scp'),
    })),
  );

/** Media entities with their profiles and activities. */
export const mediaEntitiesOf = (document: Place): readonly Place[] =>
  described(document, 'media') ? list(document, 'media', 'entities') : [];

export const profilesOf = (document: Place) =>
  mediaEntitiesOf(document).flatMap((entity) =>
    list(entity, 'profiles').map((profile) => ({
      entity,
      profile,
      id: text(profile, 'id'),
      name: text(profile, 'name'),
      type: text(profile, 'type'),
    })),
  );

/** SOP Class Extensions of 8.5. */
export const extensionsOf = (document: Place) =>
  list(document, 'annexes', 'sopClassExtensions').map((extension) => ({
    extension,
    uid: text(extension, 'sopClass', 'uid'),
    base: text(extension, 'basedOn', 'uid'),
    type: text(extension, 'type'),
    added: list(extension, 'addedAttributes'),
  }));

/** Attributes of created objects of 8.1.1, with the SOP Class of the object. */
export const createdAttributes = (document: Place) =>
  described(document, 'annexes', 'createdObjects')
    ? list(document, 'annexes', 'createdObjects', 'objects').flatMap((object) =>
        list(object, 'modules').flatMap((module) =>
          list(module, 'attributes').map((attribute) => ({
            object,
            attribute,
            uid: text(object, 'sopClass', 'uid'),
            tag: text(attribute, 'tag'),
          })),
        ),
      )
    : [];

/** Every SOP Class that contexts or profiles name, and where. */
export const namedClasses = (document: Place): readonly { readonly uid: string; readonly place: Place }[] => [
  ...sopClassRows(document).map(({ uid, row }) => ({ uid, place: row })),
  ...allActivities(document).flatMap((each) => contextsOf(each).map(({ uid, context }) => ({ uid, place: context }))),
  ...profilesOf(document).flatMap(({ profile }) =>
    list(profile, 'sopClasses').map((row) => ({ uid: text(row, 'sopClass', 'uid'), place: row })),
  ),
];

/** Every transfer syntax of any table, and where. */
export const namedSyntaxes = (document: Place): readonly { readonly uid: string; readonly place: Place }[] => {
  const places = [
    ...allActivities(document).flatMap((each) => contextsOf(each).flatMap(({ syntaxes }) => syntaxes)),
    ...profilesOf(document).flatMap(({ profile }) =>
      list(profile, 'sopClasses').flatMap((row) => list(row, 'transferSyntaxes')),
    ),
  ];
  return places.map((place) => ({ uid: text(place, 'uid'), place }));
};

export const localTitlesOf = (document: Place): readonly Place[] =>
  list(at(document, 'networking', 'configuration'), 'localTitles');

/** Whether the role sends the request: notifications go from the provider to the user, all other operations the other way. PS3.7 7.5 */
export const invokes = (operation: string, ourRole: string): boolean =>
  operation === 'N-EVENT-REPORT' ? ourRole === 'SCP' : ourRole === 'SCU';
