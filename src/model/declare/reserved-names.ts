/** Names that mean something in every kind's answers, so that no field may have them. */
export const RESERVED_FIELDS: readonly string[] = [
  'meta',
  'start',
  'end',
  'final',
  'revision',
  'lateCount',
  'others',
  'count',
  'rate',
  'share',
  'running',
  'previous',
  'change',
];

/** Names of filters, beside the fields in every `<Kind>Where`. */
export const RESERVED_CONNECTIVES: readonly string[] = ['and', 'or', 'not'];

/** The product's own types, those that are still to come among them: taking one now would break a user's declaration later. */
export const RESERVED_TYPES: readonly string[] = `
ActiveUser ActiveUserConnection ActiveUserEdge AfterMatch Alert AlertConnection AlertEdge AlertRaised AlertStatus AlertWhere Approximation AsOf
Backtest Boolean BooleanFilter Cache CacheEntry CacheInvalidation CacheTarget CalendarUnit CategorySales Checkpoints Clicks Compare Contiguity CountryCode
CountryCodeFilter CurrencyCode CurrencyCodeFilter Cursor CustomerHistory Date DateFilter DateTime DateTimeFilter Decimal DecimalFilter DimensionInfo Duration
ErrorCode Event EventMeta EventVerdict Explain Fill Float FloatFilter Funnel FunnelStep GivenUpDelivery Highlight HighlightPart ID IDFilter IngestPayload Int Intake IntFilter JSON Job JobInput JobMode
JobPayload JobResult JobResultAdded JobResultConnection JobResultEdge JobResultWhere JobSinks JobSource JobStatus JobWindow Kind KindInfo LateEvent LateEventAdded LateEvents Ledger
LedgerPartition MeasureInfo Money Mutation Offset OffsetRange OrderDirection PageInfo PageViews PartitionLag PayloadEncoding PaymentPreference PaymentPreferences PaymentTrend PaymentTrends Pipeline PipelineStatus Player PlayerRatingWindow Position
Query RateInput RateUsed RepeatCount Repeats Retention RetentionCohort RetentionReturn ReaderGroup RejectedAdded RejectedEvent RejectedEventConnection RejectedEventEdge RejectedEventWhere Rejection RollupInfo Run
RunStatus SafeInt SalesByCategory SalesOverTime SalesWindow SearchMatch Session SessionConnection SessionEdge SessionUpdated SessionWhere SessionWindow Sighting Skipped SlidingWindow StoredValue String
StringFilter Subscription TableNotUsed TimeRange TimeZone TopPath TopPaths Trace TumblingWindow UpdateType User UserError Verdict Version WebhookDeliveries WebhookInput`
  .trim()
  .split(/\s+/);

/** The product's own fields of Query. */
export const RESERVED_QUERIES: readonly string[] = `
activeUsers alert alerts backtest cache clicks customerHistory job jobs kinds lag lateEvents ledger paymentPreferences paymentTrends pipeline player
rejected run runs salesByCategory salesByDay salesByMonth session sessions storedValue topPages trace user`
  .trim()
  .split(/\s+/);

/** Topics and tables of the product: no kind may have one of these as its plural. */
export const RESERVED_PLURALS: readonly string[] = [
  'acknowledgements',
  'alerts',
  'duplicates',
  'jobs',
  'late',
  'ledger',
  'migrations',
  'rates',
  'rejected',
  'results',
  'sessions',
  'windows',
];
