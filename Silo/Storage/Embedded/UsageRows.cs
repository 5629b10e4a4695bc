using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Ids and events of one call, a hundred or ten rows a statement where there are so many. A statement a row costs as much as the row.</summary>
internal static class UsageRows
{
    private const int Many = 100;
    private const int Some = 10;
    private const string InsertIds = "INSERT INTO usage_event_ids (event_id) VALUES ";
    private const string ClaimOne = InsertIds + "(?) ON CONFLICT DO NOTHING";

    private const string InsertEvents =
        "INSERT INTO integration_usage_events (event_id, occurred_at, provider, status, latency_ms, http_status, user_id, bot_id, operation, trace_id, error_code, source, input_tokens, output_tokens) VALUES ";

    private const string EventRow = "(?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    private const string InsertOne = InsertEvents + EventRow;
    private static readonly string s_claimMany = InsertIds + Rows("(?)", Many);
    private static readonly string s_claimSome = InsertIds + Rows("(?)", Some);
    private static readonly string s_insertMany = InsertEvents + Rows(EventRow, Many);
    private static readonly string s_insertSome = InsertEvents + Rows(EventRow, Some);

    /// <summary>Writes the ids that are new. For each event: true when its id was written.</summary>
    public static bool[] Claim(SqliteSession session, IReadOnlyList<UsageEvent> events)
    {
        var claimed = new bool[events.Count];
        for (var start = 0; start < events.Count;)
        {
            var rows = RowsOf(events.Count - start);
            var some = claimed.AsSpan(start, rows);

            // Duplicates are rare: only when there is one is it asked which.
            if (rows > 1 && TryClaimAll(session, events, start, rows)) some.Fill(true);
            else ClaimOneByOne(session, events, start, some);
            start += rows;
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
            var rows = RowsOf(left);
            var insert = session.Prepare(rows switch { Many => s_insertMany, Some => s_insertSome, _ => InsertOne });
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

    /// <summary>Rows of the next statement.</summary>
    private static int RowsOf(int left) => left >= Many ? Many : left >= Some ? Some : 1;

    private static bool TryClaimAll(SqliteSession session, IReadOnlyList<UsageEvent> events, int start, int rows)
    {
        var claim = session.Prepare(rows == Many ? s_claimMany : s_claimSome);
        for (var i = 0; i < rows; i++) claim.With(events[start + i].EventId);
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

    private static string Rows(string row, int count) => string.Join(',', Enumerable.Repeat(row, count));
}
