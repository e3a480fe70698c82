/** What the live doors do at the moment and have done since the start, counted where it happens. */
export class LiveTraffic {
  sockets = 0;
  streams = 0;
  operations = 0;
  results = 0;
  resultBytes = 0;
}
