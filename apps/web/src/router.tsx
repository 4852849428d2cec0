// Every page's address.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { AboutPage } from './about/about-page.tsx';
import { AlertsPage } from './alerts/alerts-page.tsx';
import { servicePrefix } from './api.ts';
import { ArchivesPage } from './archives/archives-page.tsx';
import { type AssociationSearch, readAssociationSearch } from './associations/association-search.ts';
import { AssociationsPage } from './associations/associations-page.tsx';
import { ConformancePage } from './conformance/conformance-page.tsx';
import { ExamTypesPage } from './exam-types/exam-types-page.tsx';
import { type JobSearch, readJobSearch } from './jobs/job-search.ts';
import { JobsPage } from './jobs/jobs-page.tsx';
import { objectOf } from './json.ts';
import { PatientsPage } from './patients/patients-page.tsx';
import { PeersPage } from './peers/peers-page.tsx';
import { RulesPage } from './rules/rules-page.tsx';
import { Failed, NotFound } from './shell/dead-ends.tsx';
import { Root } from './shell/root.tsx';
import { Shell } from './shell/shell.tsx';
import { StoragePage } from './storage/storage-page.tsx';
import { StudiesPage } from './studies/studies-page.tsx';
import { readStudySearch, type StudySearch } from './studies/study-search.ts';
import { StudyPage } from './study/study-page.tsx';
import { TransfersPage } from './transfers/transfers-page.tsx';
import { readPlace, type ViewerPlace } from './viewer/place.ts';

const rootRoute = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: Failed });

const pages = createRoute({ getParentRoute: () => rootRoute, id: 'pages', component: Shell });

const studies = createRoute({
  getParentRoute: () => pages,
  path: '/',
  component: StudiesPage,
  validateSearch: (query): StudySearch => readStudySearch(objectOf(query)),
});
const study = createRoute({ getParentRoute: () => pages, path: '/studies/$study', component: StudyPage });
const associations = createRoute({
  getParentRoute: () => pages,
  path: '/activity',
  component: AssociationsPage,
  validateSearch: (query): AssociationSearch => readAssociationSearch(objectOf(query)),
});
const peers = createRoute({ getParentRoute: () => pages, path: '/peers', component: PeersPage });
const patients = createRoute({ getParentRoute: () => pages, path: '/patients', component: PatientsPage });
const storage = createRoute({ getParentRoute: () => pages, path: '/storage', component: StoragePage });
const archives = createRoute({ getParentRoute: () => pages, path: '/archives', component: ArchivesPage });
const jobs = createRoute({
  getParentRoute: () => pages,
  path: '/jobs',
  component: JobsPage,
  validateSearch: (query): JobSearch => readJobSearch(objectOf(query)),
});
const conformance = createRoute({
  getParentRoute: () => pages,
  path: '/interoperability',
  component: ConformancePage,
});
const addSystem = createRoute({
  getParentRoute: () => pages,
  path: '/interoperability/import',
  component: lazyRouteComponent(() => import('./conformance/import-page.tsx'), 'ImportPage'),
});
const statementTexts = createRoute({
  getParentRoute: () => pages,
  path: '/interoperability/texts',
  component: lazyRouteComponent(() => import('./conformance/texts-page.tsx'), 'TextsPage'),
});
const glossary = createRoute({
  getParentRoute: () => pages,
  path: '/interoperability/glossary',
  component: lazyRouteComponent(() => import('./conformance/glossary-page.tsx'), 'GlossaryPage'),
});
const rules = createRoute({ getParentRoute: () => pages, path: '/rules', component: RulesPage });
const transfers = createRoute({ getParentRoute: () => pages, path: '/transfers', component: TransfersPage });
const display = createRoute({
  getParentRoute: () => pages,
  path: '/display',
  component: lazyRouteComponent(() => import('./display/display-page.tsx'), 'DisplayPage'),
});
const alerts = createRoute({ getParentRoute: () => pages, path: '/alerts', component: AlertsPage });
const examTypes = createRoute({ getParentRoute: () => pages, path: '/exam-types', component: ExamTypesPage });
const worklist = createRoute({
  getParentRoute: () => pages,
  path: '/worklist',
  component: lazyRouteComponent(() => import('./worklist/worklist-page.tsx'), 'WorklistPage'),
});
const media = createRoute({
  getParentRoute: () => pages,
  path: '/media',
  component: lazyRouteComponent(() => import('./media/media-page.tsx'), 'MediaPage'),
});
const about = createRoute({ getParentRoute: () => pages, path: '/about', component: AboutPage });

const viewer = createRoute({
  getParentRoute: () => rootRoute,
  path: '/studies/$study/series/$series',
  validateSearch: (query): ViewerPlace => readPlace(objectOf(query)),
  component: lazyRouteComponent(() => import('./viewer/viewer-page.tsx'), 'ViewerPage'),
});

/** Addresses carry plain text: `?name=doe&page=2`. */
const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));
const stringifySearch = (search: Record<string, unknown>): string => {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) if (value !== undefined) query.set(key, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
};

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    pages.addChildren([
      studies,
      study,
      worklist,
      archives,
      media,
      patients,
      storage,
      associations,
      jobs,
      rules,
      transfers,
      peers,
      conformance,
      addSystem,
      statementTexts,
      glossary,
      display,
      alerts,
      examTypes,
      about,
    ]),
    viewer,
  ]),
  basepath: servicePrefix() || '/',
  parseSearch,
  stringifySearch,
  // What a page does not understand of its address never reaches the server.
  search: { strict: true },
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
