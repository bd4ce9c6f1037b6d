import { page } from '@/components/pages';

const load = () => import('./pages');
const maps = () => import('./maps');
const read = ['formation.read'];

export const area = {
  id: 'incubation',
  menu: [
    { to: '/joint-plans', ns: 'incubation', key: 'plans.title', needs: read },
    { to: '/joint-branches', ns: 'incubation', key: 'branches.title', needs: read },
    { to: '/areas', ns: 'incubation', key: 'areas.title', needs: read },
    { to: '/area-proposals', ns: 'incubation', key: 'proposals.title', needs: read },
    { to: '/incubators', ns: 'incubation', key: 'incubators.title', needs: read },
    { to: '/incubatees', ns: 'incubation', key: 'incubatees.title', needs: read },
    { to: '/meetings', ns: 'incubation', key: 'meetings.title', needs: read },
    { to: '/resolutions', ns: 'incubation', key: 'resolutions.title', needs: read },
    { to: '/stations', ns: 'incubation', key: 'stations.title', needs: read },
    { to: '/managed-units', ns: 'incubation', key: 'units.title', needs: read },
  ],
  routes: [
    page('incubators', load, 'Incubators'),
    page('incubators/:code', load, 'Incubator'),
    page('incubators/:code/assessments/:year', load, 'Assessment'),
    page('incubatees', load, 'Incubatees'),
    page('incubatees/:incubatee_id', load, 'Incubatee'),
    page('meetings', load, 'Meetings'),
    page('meetings/:meeting_id', load, 'Meeting'),
    page('resolutions', load, 'Resolutions'),
    page('resolutions/:resolution_id', load, 'Resolution'),
    page('stations', load, 'Stations'),
    page('stations/:code', load, 'Station'),
    page('managed-units', load, 'Units'),
    page('managed-units/:unit_id', load, 'Unit'),
    page('area-proposals', load, 'AreaProposals'),
    page('area-proposals/:area_proposal_id', load, 'AreaProposal'),
    page('areas', maps, 'Areas'),
    page('areas/:code', maps, 'AreaPage'),
    page('joint-branches', load, 'Branches'),
    page('joint-branches/:branch_id', load, 'Branch'),
    page('joint-plans', maps, 'Plans'),
    page('joint-plans/:plan_id', maps, 'PlanPage'),
  ],
};
