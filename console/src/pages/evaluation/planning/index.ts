export { SelectionsPage, SelectionPage, DutiesPage, DutyPage } from './Selections';
export { SimulationsPage, SimulationPage } from './Simulations';
