// The page's entry: theme, queries and routes around everything else.
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import './global.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider, useRouterState } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RequestError } from './api.ts';
import { router } from './router.tsx';
import { theme } from './theme.ts';

/** After an update of the server the parts of an older page are gone: loading it anew, once, brings the new ones. */
window.addEventListener('vite:preloadError', () => {
  const last = Number(sessionStorage.getItem('reloaded-at') ?? 0);
  if (Date.now() - last < 60_000) return;
  sessionStorage.setItem('reloaded-at', String(Date.now()));
  window.location.reload();
});

/** Again only where another try can help: not when the server has said no. */
const worthAnotherTry = (failures: number, error: Error): boolean =>
  failures < 2 && (!(error instanceof RequestError) || error.status === 0 || error.status >= 500);

const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: worthAnotherTry, staleTime: 5_000, networkMode: 'always' },
    // What cannot be done now is said now, and not done later behind somebody's back.
    mutations: { networkMode: 'always' },
  },
});

/** The viewer is dark whatever the rest is: a bright frame around an image changes how its greys are seen. */
const Coloured = () => {
  const inViewer = useRouterState({ router, select: ({ location }) => /\/series\//u.test(location.pathname) });
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" {...(inViewer ? { forceColorScheme: 'dark' } : {})}>
      <Notifications position="top-right" limit={3} />
      <RouterProvider router={router} />
    </MantineProvider>
  );
};

window.addEventListener('load', () => void import('./fonts.ts'), { once: true });

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Coloured />
      </QueryClientProvider>
    </StrictMode>,
  );
}
