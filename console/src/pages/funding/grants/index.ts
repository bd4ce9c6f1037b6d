export { GrantsPage, DecisionsPage } from './GrantsPage';
export { GrantPage } from './GrantPage';
export { SchemesPage, EntriesPage, EntryPage } from './SchemesPage';
export { RunPage } from './RunPage';
