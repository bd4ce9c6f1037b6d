export { AccountsPage, AccountPage, EntriesPage, PeriodsPage } from './Ledger';
export { ForecastsPage, ForecastPage } from './Forecasts';
export { StatementPage } from './StatementPage';
