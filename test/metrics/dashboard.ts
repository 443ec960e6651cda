import { dashboardJson } from '../../scripts/render-dashboard.ts';

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

/** Every query of the dashboard, with Grafana's variables as they are for all pools. */
export function dashboardQueries(): readonly { readonly title: string; readonly expr: string }[] {
  const { panels } = JSON.parse(dashboardJson()) as { readonly panels: readonly Panel[] };
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr.replaceAll('$lease', '.*').replaceAll('$__rate_interval', '1m'),
    })),
  );
}
