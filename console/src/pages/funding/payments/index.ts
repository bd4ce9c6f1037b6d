export { PayeesPage, PayeePage } from './Payees';
export { OrdersPage, OrderPage } from './Orders';
