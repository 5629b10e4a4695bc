using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>The end of a group's transaction: roll-ups and number. The number's row stays locked from its update to the commit,
/// so that numbers are given in the order of commits, and for no longer.</summary>
internal static class UsageFinish
{
    private const string Seconds =
        "INSERT INTO usage_seconds (provider, second_s, calls, errors, unlisted, observed) SELECT * FROM unnest($1, $2, $3, $4, $5, $6) " +
        "ON CONFLICT (provider, second_s) DO UPDATE SET calls = usage_seconds.calls + excluded.calls, errors = usage_seconds.errors + excluded.errors, " +
        "unlisted = usage_seconds.unlisted + excluded.unlisted, observed = usage_seconds.observed + excluded.observed";

    private const string Bots =
        "INSERT INTO usage_bots (provider, bot_id, last_used_at) SELECT * FROM unnest($1, $2, $3) " +
        "ON CONFLICT (provider, bot_id) DO UPDATE SET last_used_at = excluded.last_used_at WHERE excluded.last_used_at > usage_bots.last_used_at";

    private const string Flood = "INSERT INTO usage_floods (provider, second_s, ok, failed, latencies, calls) VALUES ($1, $2, $3, $4, $5, $6)";

    private const string NumberName = "sequence";

    private const string Number = $"UPDATE usage_commits SET sequence = sequence + 1 WHERE id = 1 RETURNING {NumberName}";

    public static void Add(NpgsqlBatch batch, IReadOnlyList<UsageGroup.Row> rows, UsageRollup rollup)
    {
        AddSeconds(batch, rows, rollup);
        AddBots(batch, rollup);
        batch.Add(Number);
    }

    /// <summary>Runs the batch that ends with it.</summary>
    /// <returns>The number of the commit.</returns>
    public static async Task<long> RunAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        await using var results = await batch.ExecuteReaderAsync(cancellationToken);
        long? sequence = null;

        // The answer to the commit comes last; an error of it is thrown here.
        do
        {
            if (results.FieldCount == 1 && results.GetName(0) == NumberName && await results.ReadAsync(cancellationToken)) sequence = results.GetInt64(0);
        }
        while (await results.NextResultAsync(cancellationToken));

        return sequence ?? throw new InvalidDataException("The row of usage_commits is missing.");
    }

    private static void AddSeconds(NpgsqlBatch batch, IReadOnlyList<UsageGroup.Row> rows, UsageRollup rollup)
    {
        var seconds = rollup.Seconds.ToArray();
        if (seconds.Length == 0) return;
        batch.Add(Seconds)
            .With(Array.ConvertAll(seconds, s => s.Provider)).With(Array.ConvertAll(seconds, s => s.Second))
            .With(Array.ConvertAll(seconds, s => (long)s.Cell.Rows.Count)).With(Array.ConvertAll(seconds, s => s.Cell.Errors))
            .With(Array.ConvertAll(seconds, s => (long)s.Cell.Unlisted))
            .With(Array.ConvertAll(seconds, s => s.Cell.Observed));
        foreach (var (provider, second, cell) in seconds)
        {
            if (cell.Unlisted == 0) continue;
            var flood = OverflowAggregate.Of(rows, cell);
            batch.Add(Flood).With(provider).With(second).With(flood.Ok).With(flood.Failed).With(flood.Latencies).With(flood.Calls);
        }
    }

    private static void AddBots(NpgsqlBatch batch, UsageRollup rollup)
    {
        var bots = rollup.Bots.ToArray();
        if (bots.Length == 0) return;
        batch.Add(Bots)
            .With(Array.ConvertAll(bots, b => b.Provider)).With(Array.ConvertAll(bots, b => b.Bot))
            .With(Array.ConvertAll(bots, b => PostgresStatement.Instant(b.At)));
    }
}
