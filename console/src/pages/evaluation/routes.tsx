import { lazy, type ComponentType } from 'react';

/** A page of a module that several pages share. */
function page<M extends Record<string, ComponentType>>(load: () => Promise<M>, name: keyof M & string) {
  const Page = lazy(async () => ({ default: (await load())[name] as ComponentType }));
  return <Page />;
}
const cycles = () => import('./cycles');
const score = () => import('./score');
const results = () => import('./results');
const planning = () => import('./planning');
const systems = () => import('./systems');

export const area = {
  id: 'evaluation',
  menu: [
    { to: '/cycles', ns: 'evaluation', key: 'cycles.title', needs: ['evaluation.read'] },
    { to: '/evaluations', ns: 'evaluation', key: 'evaluations.title', needs: ['evaluation.read'] },
    { to: '/publications', ns: 'evaluation', key: 'publications.title', needs: ['evaluation.read'] },
    { to: '/objections', ns: 'evaluation', key: 'objections.title', needs: ['evaluation.read'] },
    { to: '/consequences', ns: 'evaluation', key: 'consequences.title', needs: ['evaluation.read'] },
    { to: '/selections', ns: 'evaluation', key: 'selections.title', needs: ['evaluation.read'] },
    { to: '/duty-items', ns: 'evaluation', key: 'duties.title', needs: ['evaluation.read'] },
    { to: '/indicator-systems', ns: 'evaluation', key: 'systems.title', needs: ['evaluation.read'] },
    { to: '/score-sheets', ns: 'evaluation', key: 'sheets.title', needs: ['scores.write'] },
    { to: '/simulations', ns: 'evaluation', key: 'simulations.title', needs: ['simulations.run'] },
  ],
  routes: [
    { path: 'cycles', element: page(cycles, 'CyclesPage') },
    { path: 'cycles/:cycle_id', element: page(cycles, 'CyclePage') },
    { path: 'cycles/:cycle_id/session', element: page(cycles, 'SessionPage') },
    { path: 'late-evaluations', element: page(cycles, 'LatePage') },
    { path: 'evaluations', element: page(score, 'EvaluationsPage') },
    { path: 'evaluations/:evaluation_id', element: page(score, 'EvaluationPage') },
    { path: 'evaluations/:evaluation_id/scores/:stage', element: page(score, 'ScorePage') },
    { path: 'publications', element: page(results, 'PublicationsPage') },
    { path: 'objections', element: page(results, 'ObjectionsPage') },
    { path: 'extensions', element: page(results, 'ExtensionsPage') },
    { path: 'consequences', element: page(results, 'ConsequencesPage') },
    { path: 'consequences/:consequence_id', element: page(results, 'ConsequencePage') },
    { path: 'selections', element: page(planning, 'SelectionsPage') },
    { path: 'selections/:selection_id', element: page(planning, 'SelectionPage') },
    { path: 'duty-items', element: page(planning, 'DutiesPage') },
    { path: 'duty-items/:body/:year', element: page(planning, 'DutyPage') },
    { path: 'indicator-systems', element: page(systems, 'SystemsPage') },
    { path: 'indicator-systems/:type', element: page(systems, 'SystemPage') },
    { path: 'score-sheets', element: page(systems, 'SheetsPage') },
    { path: 'simulations', element: page(planning, 'SimulationsPage') },
    { path: 'simulations/:simulation_id', element: page(planning, 'SimulationPage') },
  ],
};
