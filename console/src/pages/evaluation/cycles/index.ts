export { CyclesPage, CyclePage, LatePage } from './Cycles';
export { SessionPage } from './SessionPage';
