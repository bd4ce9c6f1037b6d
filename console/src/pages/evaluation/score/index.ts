export { EvaluationsPage, EvaluationPage } from './Evaluations';
export { ScorePage } from './ScorePage';
