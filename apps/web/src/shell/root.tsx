// Around every page: live updates, and a place to drop files on.
import { Outlet } from '@tanstack/react-router';
import { LiveProvider } from '../live/live.tsx';
import { UploadProvider } from '../upload/upload-provider.tsx';

export const Root = () => (
  <LiveProvider>
    <UploadProvider>
      <Outlet />
    </UploadProvider>
  </LiveProvider>
);
