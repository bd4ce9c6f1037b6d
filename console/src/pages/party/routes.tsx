import { page } from '@/components/pages';

const load = () => import('./pages');
const coverage = () => import('./CoveragePage');
const read = ['registry.read'];

export const area = {
  id: 'party',
  menu: [
    { to: '/party-organizations', ns: 'party', key: 'organizations.title', needs: read },
    { to: '/formation-cases', ns: 'party', key: 'cases.title', needs: ['formation.read'] },
    { to: '/formation-checks', ns: 'party', key: 'checks.title', needs: ['formation.read'] },
    { to: '/bodies', ns: 'party', key: 'bodies.title', needs: read },
    { to: '/activities', ns: 'party', key: 'activities.title', needs: ['formation.read'] },
    { to: '/coverage', ns: 'party', key: 'coverage.title', needs: ['statistics.read'] },
  ],
  routes: [
    page('party-organizations', load, 'PartyOrganizations'),
    page('party-organizations/:party_organization_id', load, 'PartyOrganization'),
    page('party-organizations/:party_organization_id/leadership/:number', load, 'Leadership'),
    page('formation-cases', load, 'Cases'),
    page('formation-cases/:case_id', load, 'Case'),
    page('formation-checks', load, 'Checks'),
    page('bodies', load, 'Bodies'),
    page('bodies/:code', load, 'Body'),
    page('activities', load, 'Activities'),
    page('activities/:activity_id', load, 'Activity'),
    page('coverage', coverage, 'CoveragePage'),
  ],
};
