/** Pages of the registry that are more than a list or a record. */
export { Conflicts, ConflictPage } from './conflicts';
export { Duplicates, DuplicatePage } from './duplicates';
export { DocumentPage } from './DocumentPage';
export { Imports } from './imports/Imports';
export { ImportPage } from './imports/ImportPage';
export { StandingPage } from './StandingPage';
