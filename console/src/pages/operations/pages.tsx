export { BusPage } from './BusPage';
export { PoliciesPage } from './PoliciesPage';
export { ReadingsPage } from './ReadingsPage';
export { TrailPage } from './TrailPage';
