// Prints a dashboard as TypeScript that compiles only if it is as Grafana's schema says: deploy/grafana/check.
import { readFileSync } from 'node:fs';

const board = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const out = [`import type { Dashboard } from '@grafana/schema';
import type * as Stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as TimeSeries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// the schema's types with enumerations as JSON spells them: by their values
type Value<T> = T extends string ? \`\${T}\` : T extends number ? (\`\${T}\` extends \`\${infer N extends number}\` ? N : never) : T;
type Json<T> = T extends string | number | boolean | null | undefined ? Value<T>
	: T extends (infer E)[] ? Json<E>[] : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
type Some<T> = T extends (infer E)[] ? Some<E>[] : T extends object ? { [K in keyof T]?: Some<T[K]> } : T;

// what Prometheus's part of Grafana adds to an annotation and asks of a target
type Query = { refId: string; datasource: { type: 'prometheus'; uid: string }; expr: string; legendFormat?: string; instant?: boolean; range?: boolean; format?: 'time_series' };
type Annotation = { name: string; datasource: { type: 'prometheus'; uid: string }; enable: boolean; iconColor: string; expr: string; titleFormat?: string };
`];
const panels = { stat: 'Stat', timeseries: 'TimeSeries' };
const print = (name, type, value) => out.push(`export const ${name}: ${type} = ${JSON.stringify(value, null, 2)};`);

(board.annotations?.list ?? []).forEach((annotation, i) => print(`annotation${i}`, 'Annotation', annotation));
print('board', 'Json<Dashboard>', { ...board, annotations: undefined });
for (const panel of board.panels) {
	if (!(panel.type in panels)) {
		throw new Error(`${process.argv[2]}: panel ${panel.id} is a ${panel.type}, expected one of ${Object.keys(panels)}`);
	}
	print(`targets${panel.id}`, 'Query[]', panel.targets);
	print(`options${panel.id}`, `Some<Json<${panels[panel.type]}.Options>>`, panel.options ?? {});
	if (panel.type === 'timeseries') {
		print(`custom${panel.id}`, 'Some<Json<TimeSeries.FieldConfig>>', panel.fieldConfig?.defaults?.custom ?? {});
	}
}
process.stdout.write(out.join('\n') + '\n');
