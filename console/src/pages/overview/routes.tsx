import { page } from '@/components/pages';

const load = () => import('./OverviewPage');

export const area = {
  id: 'overview',
  menu: [{ to: '/overview', ns: 'overview', key: 'overview.title', needs: ['statistics.read'] }],
  routes: [page('overview', load, 'OverviewPage')],
};
