export { BusPage } from './BusPage';
export { LettersPage } from './LettersPage';
export { PoliciesPage } from './PoliciesPage';
export { ReadingsPage } from './ReadingsPage';
export { TrailPage } from './TrailPage';
