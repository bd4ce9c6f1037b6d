import { lazy, type ComponentType } from 'react';

/** A page of a module that several pages share. */
function page<M extends Record<string, ComponentType>>(load: () => Promise<M>, name: keyof M & string) {
  const Page = lazy(async () => ({ default: (await load())[name] as ComponentType }));
  return <Page />;
}
const grants = () => import('./grants');
const budgets = () => import('./budgets');
const payments = () => import('./payments');
const ledger = () => import('./ledger');

export const area = {
  id: 'funding',
  menu: [
    { to: '/grants', ns: 'funding', key: 'grants.title', needs: ['grants.read'] },
    { to: '/schemes', ns: 'funding', key: 'schemes.title', needs: ['grants.read'] },
    { to: '/appropriations', ns: 'funding', key: 'appropriations.title', needs: ['grants.read'] },
    { to: '/dues', ns: 'funding', key: 'dues.title', needs: ['grants.read'] },
    { to: '/award-pools', ns: 'funding', key: 'pools.title', needs: ['grants.read'] },
    { to: '/payees', ns: 'funding', key: 'payees.title', needs: ['payees.read'] },
    { to: '/payment-orders', ns: 'funding', key: 'orders.title', needs: ['grants.read'] },
    { to: '/ledger/accounts', ns: 'funding', key: 'accounts.title', needs: ['ledger.read'] },
    { to: '/forecasts', ns: 'funding', key: 'forecasts.title', needs: ['grants.read'] },
  ],
  routes: [
    { path: 'grants', element: page(grants, 'GrantsPage') },
    { path: 'grants/decisions', element: page(grants, 'DecisionsPage') },
    { path: 'grants/:grant_id', element: page(grants, 'GrantPage') },
    { path: 'schemes', element: page(grants, 'SchemesPage') },
    { path: 'schemes/:scheme/run', element: page(grants, 'RunPage') },
    { path: 'scheme-entries', element: page(grants, 'EntriesPage') },
    { path: 'scheme-entries/:entry_id', element: page(grants, 'EntryPage') },
    { path: 'appropriations', element: page(budgets, 'AppropriationsPage') },
    { path: 'appropriations/:code', element: page(budgets, 'AppropriationPage') },
    { path: 'award-pools', element: page(budgets, 'PoolsPage') },
    { path: 'award-pools/:pool_id', element: page(budgets, 'PoolPage') },
    { path: 'dues', element: page(budgets, 'DuesListPage') },
    { path: 'dues/:dues_id', element: page(budgets, 'DuesPage') },
    { path: 'dues-refunds', element: page(budgets, 'RefundsPage') },
    { path: 'dues-refunds/:refund_id', element: page(budgets, 'RefundPage') },
    { path: 'payees', element: page(payments, 'PayeesPage') },
    { path: 'payees/:recipient', element: page(payments, 'PayeePage') },
    { path: 'payment-orders', element: page(payments, 'OrdersPage') },
    { path: 'payment-orders/:order_id', element: page(payments, 'OrderPage') },
    { path: 'ledger/accounts', element: page(ledger, 'AccountsPage') },
    { path: 'ledger/accounts/:code', element: page(ledger, 'AccountPage') },
    { path: 'ledger/entries', element: page(ledger, 'EntriesPage') },
    { path: 'ledger/periods', element: page(ledger, 'PeriodsPage') },
    { path: 'forecasts', element: page(ledger, 'ForecastsPage') },
    { path: 'forecasts/:forecast_id', element: page(ledger, 'ForecastPage') },
    { path: 'statements/:recipient', element: page(ledger, 'StatementPage') },
  ],
};
