import { lazy } from 'react';

const WorklistPage = lazy(() => import('./WorklistPage'));

export const area = {
  id: 'worklist',
  menu: [{ to: '/tasks', ns: 'worklist', key: 'tasks.title' }],
  routes: [{ path: 'tasks', element: <WorklistPage /> }],
};
