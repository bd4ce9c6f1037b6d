/** Pages with a map. */
export { Areas, AreaPage } from './Areas';
export { Plans, PlanPage } from './Plans';
