export { AppropriationsPage, AppropriationPage } from './Appropriations';
export { PoolsPage, PoolPage } from './Pools';
export { DuesListPage, DuesPage, RefundsPage, RefundPage } from './Dues';
