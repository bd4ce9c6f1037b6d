export { SheetsPage } from './Sheets';
export { SystemPage, SystemsPage } from './Systems';
