using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Ids and events of one call, many rows a statement: a statement a row costs as much as the row.</summary>
internal static class UsageRows
{
    private const int RowsPerStatement = 100;
    private const string InsertIds = "INSERT INTO usage_event_ids (event_id) VALUES ";
    private const string ClaimOne = InsertIds + "(?) ON CONFLICT DO NOTHING";

    private const string InsertEvents =
        "INSERT INTO integration_usage_events (event_id, occurred_at, provider, status, latency_ms, http_status, user_id, bot_id, operation, trace_id, error_code, source, input_tokens, output_tokens) VALUES ";

    private const string EventRow = "(?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    private const string InsertOne = InsertEvents + EventRow;
    private static readonly string s_claimMany = InsertIds + Rows("(?)");
    private static readonly string s_insertMany = InsertEvents + Rows(EventRow);

    /// <summary>Writes the ids that are new. For each event: true when its id was written.</summary>
    public static bool[] Claim(SqliteSession session, IReadOnlyList<UsageEvent> events)
    {
        var claimed = new bool[events.Count];
        for (var start = 0; start < events.Count; start += RowsPerStatement)
        {
            var some = claimed.AsSpan(start, Math.Min(RowsPerStatement, events.Count - start));

            // Duplicates are rare: only when there is one is it asked which.
            if (some.Length == RowsPerStatement && TryClaimAll(session, events, start)) some.Fill(true);
            else ClaimOneByOne(session, events, start, some);
        }

        return claimed;
    }

    /// <summary>Writes the events that are marked.</summary>
    public static void Insert(SqliteSession session, IReadOnlyList<UsageEvent> events, bool[] marked)
    {
        var left = marked.Count(mark => mark);
        var next = 0;
        while (left > 0)
        {
            var rows = left >= RowsPerStatement ? RowsPerStatement : 1;
            var insert = session.Prepare(rows == 1 ? InsertOne : s_insertMany);
            for (var row = 0; row < rows; next++)
            {
                if (!marked[next]) continue;
                Bind(insert, events[next]);
                row++;
            }

            insert.Run();
            left -= rows;
        }
    }

    private static bool TryClaimAll(SqliteSession session, IReadOnlyList<UsageEvent> events, int start)
    {
        var claim = session.Prepare(s_claimMany);
        for (var i = 0; i < RowsPerStatement; i++) claim.With(events[start + i].EventId);
        return claim.TryRun();
    }

    private static void ClaimOneByOne(SqliteSession session, IReadOnlyList<UsageEvent> events, int start, Span<bool> claimed)
    {
        var claim = session.Prepare(ClaimOne);
        for (var i = 0; i < claimed.Length; i++) claimed[i] = claim.With(events[start + i].EventId).Run() > 0;
    }

    private static void Bind(Statement insert, UsageEvent e) =>
        insert.With(e.EventId).With(UnixMicroseconds.From(e.OccurredAt)).With(e.Provider).With((long)e.Status).With(e.LatencyMs).With(e.HttpStatus)
            .With(e.UserId).With(e.BotId).With(e.Operation).With(e.TraceId).With(e.ErrorCode)
            .With((long)e.Source).With(e.InputTokens).With(e.OutputTokens);

    private static string Rows(string row) => string.Join(',', Enumerable.Repeat(row, RowsPerStatement));
}
