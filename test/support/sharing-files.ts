/**
 * Suites that call functions: they start no process, change nothing that others see, and take less time than a process of their own takes to come
 * up. They share processes. Whoever writes another one adds it here, or leaves it by itself: nothing but time depends on it.
 */
export const SHARING_FILES: readonly string[] = [
  'test/analytics/{metrics-question,metrics-sql,operation-reads,plan-metrics,resolve-range,row-id}.test.ts',
  'test/analytics/streams/*.test.ts',
  'test/cache/{cache-desk,cache-store,call-guard,result-cache,stored-values}.test.ts',
  'test/cli/{admission-problem,claims-kept,plan,polite-producer,rates-command}.test.ts',
  'test/dashboard/*.test.ts',
  'test/deploy/{compose,image}.test.ts',
  'test/gateway/{before-routing,graphiql-routes,limit-questions,page-route,report-cache-outcomes}.test.ts',
  'test/gateway/live/shared-renderings.test.ts',
  'test/gateway/queries/query-routes.test.ts',
  'test/ingest/{awaited-verdicts,event-meta,floor-schedule,partition-state}.test.ts',
  'test/live/events/event-cursor.test.ts',
  'test/live/metrics/{answer-state,due-time,live-range,metrics-cursor}.test.ts',
  'test/log/{claim-store,packed-records,partition-of,share-places,state-copies}.test.ts',
  'test/model/{compile-declarations,declaration-language,declaration-mistakes,floors,graphql-types,job-board,names,record-format,safe-pattern,served-schema,validator}.test.ts',
  'test/model/streams/*.test.ts',
  'test/model/values/{codes,decimal}.test.ts',
  'test/platform/{config,duration,errors,interned-texts,json-bytes,runs,share-runs,shared-flight,turns}.test.ts',
  'test/processor/{alert-comparison,key-states,player-ratings,sorted-keys,state-bytes,timers}.test.ts',
  'test/processor/patterns/pattern-words.test.ts',
  'test/resolvers/{live-rating,recorded,scalars,streams-left}.test.ts',
  'test/warehouse/{await-warehouse,engine-config,http-questions,ledger-span,load-marks,load-schedule,table-gate}.test.ts',
];
