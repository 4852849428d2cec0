// Around every page: live updates, alerts, and a place to drop files on.
import { Outlet } from '@tanstack/react-router';
import { AlertCards } from '../alerts/alert-cards.tsx';
import { LiveProvider } from '../live/live.tsx';
import { UploadProvider } from '../upload/upload-provider.tsx';

export const Root = () => (
  <LiveProvider>
    <UploadProvider>
      <Outlet />
      <AlertCards />
    </UploadProvider>
  </LiveProvider>
);
