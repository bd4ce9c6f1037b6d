/** Pages of the registry that are more than a list or a record. */
export { Conflicts, ConflictPage } from './conflicts';
export { DocumentPage } from './DocumentPage';
export { Imports } from './Imports';
export { ImportPage } from './ImportPage';
export { StandingPage } from './StandingPage';
