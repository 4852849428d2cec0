// The introduction's standing texts with the product's name in them. PS3.2 A.3
import { basics, terms } from '../document/terms.ts';
import type { Statement } from '../model/statement.ts';
import type { DescribedSystem } from './system.ts';

const standard = {
  title: 'Digital Imaging and Communications in Medicine (DICOM)',
  identifier: 'NEMA PS3',
  url: 'https://www.dicomstandard.org/current',
};

type Revisions = Statement['introduction']['revisions'];

function revisionsOf({ product, documentDate, revisions = [] }: DescribedSystem): Revisions {
  const release = product.version;
  if (revisions.length > 0)
    return revisions.map(({ text, ...revision }) => ({ ...revision, release, changes: [text] }));
  const changes = ['Generated from the declarations and the configuration of this release.'];
  return [{ version: release, date: documentDate, release, changes }];
}

/** Revision history, audience, remarks and references. */
export function introduction(system: DescribedSystem): Statement['introduction'] {
  const { product } = system;
  return {
    revisions: revisionsOf(system),
    audience: `This document is for people who need to understand how ${product.name} will fit into a healthcare facility. This includes those who are responsible for overall imaging network policy and architecture, and integrators who need a detailed understanding of the DICOM features of the product. It contains some basic definitions so that any reader can follow how the product implements DICOM; integrators are expected to know the terminology fully, how the tables relate to the product, and how it integrates with other devices.`,
    remarks: [
      `The scope of this statement is to facilitate integration between ${product.name} and other DICOM products. It has to be read together with the DICOM Standard. It is a declaration of the maker: nobody certifies conformance to DICOM.`,
      'DICOM by itself does not guarantee interoperability. This statement allows a first-level comparison between applications that support compatible functions.',
      'Comparing statements is only the first step: test procedures should be defined and carried out to establish the level of interoperability that the facility needs.',
    ].join('\n\n'),
    terms: terms.map((each) => ({ ...each })),
    basics,
    references: [standard],
  };
}
