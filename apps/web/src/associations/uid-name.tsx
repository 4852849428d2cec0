// A UID by its name, where the standard has one. The names come in their own file, because they are many.
import { lazy, Suspense } from 'react';

const Named = lazy(async () => {
  const { uidName } = await import('@concord/dicom');
  return {
    default: ({ uid }: { readonly uid: string }) => {
      const name = uidName(uid);
      return name === undefined ? <span className="uid">{uid}</span> : <span title={uid}>{name}</span>;
    },
  };
});

export const UidName = ({ uid }: { readonly uid: string }) => (
  <Suspense fallback={<span className="uid">{uid}</span>}>
    <Named uid={uid} />
  </Suspense>
);
