/**
 * In lower case, the formats in which an answer can be had. Left out: what needs a schema or a template in a file (Protobuf, CapnProto,
 * Template, CustomSeparated), a registry (AvroConfluent), or is the wire of another protocol.
 */
export const ALLOWED_FORMATS: ReadonlySet<string> = new Set(
  `TabSeparated TabSeparatedWithNames TabSeparatedWithNamesAndTypes TabSeparatedRaw TabSeparatedRawWithNames
  TabSeparatedRawWithNamesAndTypes TSV TSVWithNames TSVWithNamesAndTypes TSVRaw TSVRawWithNames TSVRawWithNamesAndTypes Raw TSKV
  CSV CSVWithNames CSVWithNamesAndTypes Values SQLInsert Vertical XML Markdown MD Null LineAsString RawBLOB
  JSON JSONStrings JSONColumns JSONColumnsWithMetadata JSONCompact JSONCompactStrings JSONCompactColumns JSONObjectEachRow
  JSONEachRow JSONLines JSONL NDJSON PrettyJSONEachRow PrettyJSONLines PrettyNDJSON JSONStringsEachRow JSONEachRowWithProgress
  JSONStringsEachRowWithProgress JSONCompactEachRow JSONCompactEachRowWithNames JSONCompactEachRowWithNamesAndTypes
  JSONCompactStringsEachRow JSONCompactStringsEachRowWithNames JSONCompactStringsEachRowWithNamesAndTypes
  Pretty PrettyNoEscapes PrettyMonoBlock PrettyNoEscapesMonoBlock PrettyCompact PrettyCompactNoEscapes PrettyCompactMonoBlock
  PrettyCompactNoEscapesMonoBlock PrettySpace PrettySpaceNoEscapes PrettySpaceMonoBlock PrettySpaceNoEscapesMonoBlock
  Native RowBinary RowBinaryWithNames RowBinaryWithNamesAndTypes Parquet Arrow ArrowStream ORC Avro BSONEachRow MsgPack Npy ODBCDriver2`
    .toLowerCase()
    .split(/\s+/),
);
