import type { Service } from '@/api/meta';

export interface Policy { id: string; region: string; effective_from: string; effective_to: string | null; source: string; parameters: Record<string, unknown> }
export interface Kind { service: Service; op: string; needs: string }

/** The kinds of policies that a route lists. */
export const KINDS: Record<string, Kind> = {
  formation: { service: 'incubation', op: 'listFormationPolicies', needs: 'formation.read' },
  incubators: { service: 'incubation', op: 'listIncubatorPolicies', needs: 'formation.read' },
  incubatees: { service: 'incubation', op: 'listIncubateePolicies', needs: 'formation.read' },
  assessment: { service: 'incubation', op: 'listAssessmentPolicies', needs: 'formation.read' },
  meetings: { service: 'incubation', op: 'listMeetingPolicies', needs: 'formation.read' },
  activities: { service: 'incubation', op: 'listActivityPolicies', needs: 'formation.read' },
  evaluation: { service: 'evaluation', op: 'listEvaluationPolicies', needs: 'evaluation.read' },
  consequences: { service: 'evaluation', op: 'listConsequencePolicies', needs: 'evaluation.read' },
  budgets: { service: 'funding', op: 'listBudgetPolicies', needs: 'grants.read' },
  dues: { service: 'funding', op: 'listDuesPolicies', needs: 'grants.read' },
  pools: { service: 'funding', op: 'listAwardPoolPolicies', needs: 'grants.read' },
  payments: { service: 'funding', op: 'listPaymentPolicies', needs: 'grants.read' },
};

/** A parameter's leaves by path: `reminders.0.days`. */
export function leaves(value: unknown, path = ''): [string, string][] {
  if (value !== null && typeof value === 'object' && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name));
  }
  return [[path, value === null || typeof value === 'object' ? '—' : String(value)]];
}

export interface Difference { path: string; one: string; other: string; same: boolean }

/** Every parameter of two versions side by side, in the order of the first. */
export function compare(one: Policy, other: Policy): Difference[] {
  const [a, b] = [new Map(leaves(one.parameters)), new Map(leaves(other.parameters))];
  return [...new Set([...a.keys(), ...b.keys()])].map((path) => {
    const [left, right] = [a.get(path) ?? '—', b.get(path) ?? '—'];
    return { path, one: left, other: right, same: left === right };
  });
}
