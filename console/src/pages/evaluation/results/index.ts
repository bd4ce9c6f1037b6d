export { PublicationsPage, ObjectionsPage, ExtensionsPage } from './Notices';
export { ConsequencesPage, ConsequencePage } from './Consequences';
