using System.Collections.Immutable;
using ControlPlane.Abstractions;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>Hourly figures: from the listed events, and from what is kept of floods. They begin with the second that holds the first instant.</summary>
internal static class UsageHoursQuery
{
    private const string Listed =
        "SELECT floor((extract(epoch FROM occurred_at) - $3) / 3600)::bigint, latency_ms, count(*) FILTER (WHERE status = 0), count(*) FILTER (WHERE status <> 0) " +
        "FROM integration_usage_events WHERE listed AND provider = $1 AND occurred_at >= $2 GROUP BY 1, 2";

    private const string Floods = "SELECT second_s, ok, failed, latencies, calls FROM usage_floods WHERE provider = $1 AND second_s >= $2";

    public static async Task<ImmutableArray<UsageHour>> RunAsync(
        NpgsqlConnection connection, string provider, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var second = UnixMicroseconds.FloorDivide(UnixMicroseconds.From(from), UnixMicroseconds.PerSecond);
        var hours = new SortedDictionary<long, HourFigures>();
        await connection.Statement(Listed).With(provider).With(PostgresStatement.Instant(second * UnixMicroseconds.PerSecond)).With(second).ListAsync(
            row => Hour(row.GetInt64(0)).Add(row.GetInt64(2), row.GetInt64(3), row.NumberOf(1)), cancellationToken);
        await connection.Statement(Floods).With(provider).With(second).ListAsync(
            row => Hour((row.GetInt64(0) - second) / 3_600)
                .Add(row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<int[]>(3), row.GetFieldValue<int[]>(4)),
            cancellationToken);
        return [.. hours.Select(h => h.Value.ToHour(UnixMicroseconds.ToInstant((second * UnixMicroseconds.PerSecond) + (h.Key * UnixMicroseconds.PerHour))))];

        HourFigures Hour(long number) => hours.TryGetValue(number, out var hour) ? hour : hours[number] = new HourFigures();
    }

    private sealed class HourFigures
    {
        private readonly SortedDictionary<int, long> _latencies = [];
        private long _ok;
        private long _failed;
        private long _timed;

        public HourFigures Add(long ok, long failed, int? latency)
        {
            (_ok, _failed) = (_ok + ok, _failed + failed);
            if (latency is { } ms) Time(ms, ok + failed);
            return this;
        }

        public HourFigures Add(long ok, long failed, int[] latencies, int[] calls)
        {
            (_ok, _failed) = (_ok + ok, _failed + failed);
            for (var i = 0; i < latencies.Length; i++) Time(latencies[i], calls[i]);
            return this;
        }

        public UsageHour ToHour(DateTimeOffset start) => new(start, _ok, _failed, Rank(50), Rank(95));

        private void Time(int latency, long calls)
        {
            _timed += calls;
            _latencies[latency] = _latencies.GetValueOrDefault(latency) + calls;
        }

        /// <summary>Nearest rank: the smallest latency that <paramref name="percent"/> % of the calls did not exceed.</summary>
        private int? Rank(int percent)
        {
            var left = ((_timed * percent) + 99) / 100;
            foreach (var (ms, calls) in _latencies)
            {
                left -= calls;
                if (left <= 0) return ms;
            }

            return null;
        }
    }
}
