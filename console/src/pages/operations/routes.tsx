import { page } from '@/components/pages';

const load = () => import('./pages');
const POLICIES = ['formation.read', 'evaluation.read', 'grants.read'];

export const area = {
  id: 'operations',
  menu: [
    { to: '/operations', ns: 'operations', key: 'bus.title', needs: ['operations.read'] },
    { to: '/dead-letters', ns: 'operations', key: 'letters.title', needs: ['operations.read'] },
    { to: '/trail', ns: 'audit', key: 'trail.title', needs: ['audit.read'] },
    { to: '/readings', ns: 'audit', key: 'readings.title', needs: ['audit.read'] },
    { to: '/policies', ns: 'operations', key: 'policies.title', needs: POLICIES },
  ],
  routes: [
    page('operations', load, 'BusPage'), page('dead-letters', load, 'LettersPage'), page('policies', load, 'PoliciesPage'), page('trail', load, 'TrailPage'), page('readings', load, 'ReadingsPage'),
  ],
};
