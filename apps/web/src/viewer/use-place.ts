// Where in the stack one is: moved at once, and written into the page's address when it stands still.
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

const route = getRouteApi('/studies/$study/series/$series');
const writeAfterMs = 400;

/** From 0; the address counts from 1 and leaves out the first. */
export const usePlace = (length: number): readonly [number, (change: (place: number) => number) => void] => {
  const { image = 1 } = route.useSearch();
  const { series } = route.useParams();
  const navigate = route.useNavigate();
  const router = useRouter();
  const [wanted, setWanted] = useState(image - 1);
  const place = Math.max(0, Math.min(wanted, length - 1));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another series begins where its address says
  useEffect(() => setWanted(image - 1), [series]);
  useEffect(() => {
    if (length === 0 || place === image - 1) return;
    const timer = window.setTimeout(() => {
      // On the way to another page, this one is not written into the address again.
      if (!router.latestLocation.pathname.endsWith(encodeURIComponent(series))) return;
      void navigate({ search: place === 0 ? {} : { image: place + 1 }, replace: true, resetScroll: false });
    }, writeAfterMs);
    return () => window.clearTimeout(timer);
  }, [place, image, length, series, navigate, router]);
  const change = (step: (place: number) => number) =>
    setWanted((now) => Math.max(0, Math.min(step(Math.min(now, length - 1)), length - 1)));
  return [place, change];
};
