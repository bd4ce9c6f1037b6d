export { BusPage } from './BusPage';
export { PoliciesPage } from './PoliciesPage';
