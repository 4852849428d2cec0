// Cornerstone3D's DICOM image loader alone, without a viewer around it: gives the pixels that it finds for an image id.
import { imageLoader, init as initCore } from '@cornerstonejs/core';
import { init as initLoader, wadors } from '@cornerstonejs/dicom-image-loader';

initCore();
initLoader({ maxWebWorkers: 1 });

/** By WADO-RS the loader wants the metadata first; by WADO-URI it reads the instance itself. */
globalThis.load = async (imageId, metadataUrl) => {
  if (metadataUrl !== undefined) {
    const [metadata] = await (await fetch(metadataUrl, { headers: { accept: 'application/dicom+json' } })).json();
    wadors.metaDataManager.add(imageId, metadata);
  }
  const image = await imageLoader.loadAndCacheImage(imageId, { preScale: { enabled: false } }); // stored values
  return { rows: image.rows, columns: image.columns, pixels: [...image.voxelManager.getScalarData()] };
};
