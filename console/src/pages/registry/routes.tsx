import { page } from '@/components/pages';

const load = () => import('./pages');
const own = () => import('./own');
const statistics = () => import('./Statistics');
const read = ['registry.read'];

export const area = {
  id: 'registry',
  menu: [
    { to: '/organizations', ns: 'registry', key: 'organizations.title', needs: read },
    { to: '/registration-reviews', ns: 'registry', key: 'reviews.title', needs: read },
    { to: '/imports', ns: 'registry', key: 'imports.title', needs: ['imports.write'] },
    { to: '/filed-bodies', ns: 'registry', key: 'filed.title', needs: read },
    { to: '/inspections', ns: 'registry', key: 'inspections.title', needs: read },
    { to: '/inspections-outstanding', ns: 'registry', key: 'outstanding.title', needs: read },
    { to: '/assessment-grades', ns: 'registry', key: 'grades.title', needs: read },
    { to: '/grade-reviews', ns: 'registry', key: 'gradeReviews.title', needs: read },
    { to: '/standing', ns: 'registry', key: 'standing.title', needs: read },
    { to: '/conflicts', ns: 'registry', key: 'conflicts.title', needs: read },
    { to: '/duplicates', ns: 'registry', key: 'duplicates.title', needs: read },
    { to: '/surveys', ns: 'registry', key: 'surveys.title', needs: read },
    { to: '/statistics', ns: 'registry', key: 'statistics.title', needs: read },
    { to: '/yearly-forms', ns: 'registry', key: 'yearly.title', needs: read },
    { to: '/code-exceptions', ns: 'registry', key: 'exceptions.title', needs: ['registrations.correct'] },
  ],
  routes: [
    page('organizations', load, 'Organizations'),
    page('organizations/:reference', load, 'Organization'),
    page('registration-reviews', load, 'Reviews'),
    page('registration-reviews/:review_id', load, 'Review'),
    page('filed-bodies', load, 'FiledBodies'),
    page('filed-bodies/:number', load, 'FiledBody'),
    page('inspections', load, 'Inspections'),
    page('inspections/:uscc/:year', load, 'Inspection'),
    page('inspections-outstanding', load, 'Outstanding'),
    page('assessment-grades', load, 'Grades'),
    page('assessment-grades/:grade_id', load, 'Grade'),
    page('grade-reviews', load, 'GradeReviews'),
    page('grade-reviews/:review_id', load, 'GradeReview'),
    page('surveys', load, 'Surveys'),
    page('surveys/:survey_id', load, 'Survey'),
    page('surveys/:survey_id/returns/:reference', load, 'SurveyReturn'),
    page('statistics', statistics, 'Statistics'),
    page('statistics/:report_id', statistics, 'Statistic'),
    page('yearly-forms', load, 'YearlyForms'),
    page('yearly-forms/:reference/:year', load, 'YearlyForm'),
    page('code-exceptions', load, 'CodeExceptions'),
    page('documents/:service/:document_id', own, 'DocumentPage'),
    page('conflicts', own, 'Conflicts'),
    page('conflicts/:conflict_id', own, 'ConflictPage'),
    page('duplicates', own, 'Duplicates'),
    page('duplicates/:duplicate_id', own, 'DuplicatePage'),
    page('imports', own, 'Imports'),
    page('imports/:import_id', own, 'ImportPage'),
    page('standing', own, 'StandingPage'),
  ],
};
