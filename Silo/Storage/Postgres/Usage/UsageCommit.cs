using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>Writes a group in one transaction: its ids, its events, its roll-ups, and the number of the commit. A small group of new events is sent
/// and committed in one round trip. With few rows the round trip is most of a commit's cost.</summary>
internal sealed class UsageCommit(UsageDays days)
{
    // Below it rows go to the server as arrays, together with everything else: a COPY takes two round trips of its own.
    private const int CopyFrom = 64;

    private const string CopyIds = "COPY usage_event_ids (event_id, day) FROM STDIN (FORMAT BINARY)";

    private const string CopyEvents =
        "COPY integration_usage_events (occurred_at, id, event_id, http_status, latency_ms, status, listed, provider, operation, user_id, bot_id, trace_id, error_code, source, input_tokens, output_tokens) FROM STDIN (FORMAT BINARY)";

    private const string InsertIds = "INSERT INTO usage_event_ids (event_id, day) SELECT * FROM unnest($1::uuid[], $2::date[])";

    private const long IdsPerBlock = 10_000;

    private readonly CopyBuffer _buffer = new();

    // Reserved and not used yet: the rest of a block, and whole blocks. A lost one leaves a gap, which nobody minds.
    private readonly Queue<long> _blocks = [];
    private long _nextId;
    private long _idsEnd;

    /// <summary>What a lost commit is told by; null before anything can have been committed.</summary>
    public SentCommit? Sent { get; private set; }

    /// <summary>Before each run: nothing of it can have been committed yet.</summary>
    public void Begin() => Sent = null;

    /// <returns>The number of the commit.</returns>
    public async Task<long> RunAsync(NpgsqlConnection connection, UsageGroup group, CancellationToken cancellationToken)
    {
        await days.EnsureAsync(group.Days, connection, cancellationToken);
        if (group.Rows.Count is > 0 and < CopyFrom && await TryAtOnceAsync(connection, group, cancellationToken) is { } number) return number;
        await ReserveIdsAsync(connection, group.Rows.Count, cancellationToken);
        var transaction = await BeginAsync(connection, group, cancellationToken);
        var many = group.Rows.Count >= CopyFrom;
        if (many) await ClaimByCopyAsync(connection, group, cancellationToken);
        var rollup = new UsageRollup(group.Rows);
        if (many && group.Rows.Count > 0) await CopyAsync(connection, CopyEvents, () => Encode(group.Rows, rollup), cancellationToken);

        await using var end = new NpgsqlBatch(connection);
        if (!many && group.Rows.Count > 0) UsageInsert.Add(end, group.Rows, rollup.Listed, NextIds(group.Rows.Count));
        UsageFinish.Add(end, group.Rows, rollup);
        end.Add("COMMIT");

        // From here on the transaction may be committed without our hearing of it.
        Sent = new NumberedCommit(transaction);
        return await UsageFinish.RunAsync(end, cancellationToken);
    }

    /// <summary>Duplicates are rare: writes the group as if there were none, and nothing of it when there is one.</summary>
    /// <returns>The number of the commit, or null when an id is in the store already.</returns>
    private async Task<long?> TryAtOnceAsync(NpgsqlConnection connection, UsageGroup group, CancellationToken cancellationToken)
    {
        await ReserveIdsAsync(connection, group.Rows.Count, cancellationToken);
        var numbers = NextIds(group.Rows.Count);
        var rollup = new UsageRollup(group.Rows);

        // Without BEGIN and COMMIT a batch is a transaction of its own, committed with its last statement.
        await using var batch = new NpgsqlBatch(connection);
        AddDayLocks(batch, group);
        AddIds(batch, InsertIds, group);
        UsageInsert.Add(batch, group.Rows, rollup.Listed, numbers);
        UsageFinish.Add(batch, group.Rows, rollup);
        Sent = Mark(connection, group.Rows, rollup, numbers);
        try
        {
            return await UsageFinish.RunAsync(batch, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            Sent = null;
            return null;
        }
    }

    private static MarkedCommit Mark(NpgsqlConnection connection, IReadOnlyList<UsageGroup.Row> rows, UsageRollup rollup, long[] numbers)
    {
        var listed = Array.IndexOf(rollup.Listed, true);
        return new(connection.ProcessID, CopyBuffer.Storable(rows[listed].Event.Provider), PostgresStatement.Instant(rows[listed].At), numbers[listed]);
    }

    private async Task<ulong> BeginAsync(NpgsqlConnection connection, UsageGroup group, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("BEGIN");
        AddDayLocks(batch, group);
        batch.Add("SELECT pg_current_xact_id()");
        var small = group.Rows.Count < CopyFrom;
        if (small) AddClaim(batch, group);
        else batch.Add("SAVEPOINT ids");

        await using var results = await batch.ExecuteReaderAsync(cancellationToken);
        while (results.GetFieldType(0) != typeof(ulong)) await results.NextResultAsync(cancellationToken);
        await results.ReadAsync(cancellationToken);
        var transaction = results.GetFieldValue<ulong>(0);
        if (small)
        {
            await results.NextResultAsync(cancellationToken);
            group.KeepOnly(await IdsAsync(results, cancellationToken));
        }

        return transaction;
    }

    /// <summary>Duplicates are rare: writes all ids at full speed, and only when one is there already asks which.</summary>
    private async Task ClaimByCopyAsync(NpgsqlConnection connection, UsageGroup group, CancellationToken cancellationToken)
    {
        try
        {
            await CopyAsync(connection, CopyIds, () => Encode(group.SortedIds()), cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.Add("ROLLBACK TO SAVEPOINT ids");
            AddClaim(batch, group);
            await using var results = await batch.ExecuteReaderAsync(cancellationToken);
            group.KeepOnly(await IdsAsync(results, cancellationToken));
        }
    }

    private void AddDayLocks(NpgsqlBatch batch, UsageGroup group)
    {
        foreach (var day in group.Days.Where(days.MayBeDropped).Order())
        {
            batch.Add("SELECT pg_advisory_xact_lock_shared(hashtext('usage_day'), $1)").With((int?)day);
        }
    }

    private static void AddClaim(NpgsqlBatch batch, UsageGroup group) => AddIds(batch, InsertIds + " ON CONFLICT DO NOTHING RETURNING event_id", group);

    private static void AddIds(NpgsqlBatch batch, string statement, UsageGroup group)
    {
        var (ids, idDays) = group.SortedIds();
        batch.Add(statement).With(ids).With(Array.ConvertAll(idDays, UsageDays.Date));
    }

    private static async Task<HashSet<Guid>> IdsAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var ids = new HashSet<Guid>();
        while (await rows.ReadAsync(cancellationToken)) ids.Add(rows.GetGuid(0));
        return ids;
    }

    private async Task ReserveIdsAsync(NpgsqlConnection connection, int rows, CancellationToken cancellationToken)
    {
        var have = _idsEnd - _nextId + (_blocks.Count * IdsPerBlock);
        if (have >= rows) return;
        var blocks = (rows - have + IdsPerBlock - 1) / IdsPerBlock;
        foreach (var start in await connection.Statement("SELECT nextval('usage_rows') FROM generate_series(1, $1)").With(blocks).ListAsync(r => r.GetInt64(0), cancellationToken))
        {
            _blocks.Enqueue(start);
        }
    }

    private long NextId()
    {
        if (_nextId == _idsEnd) (_nextId, _idsEnd) = (_blocks.Peek(), _blocks.Dequeue() + IdsPerBlock);
        return _nextId++;
    }

    private long[] NextIds(int count)
    {
        var numbers = new long[count];
        for (var i = 0; i < count; i++) numbers[i] = NextId();
        return numbers;
    }

    private void Encode((Guid[] Ids, long[] Days) claimed)
    {
        for (var i = 0; i < claimed.Ids.Length; i++)
        {
            _buffer.Row(2);
            _buffer.Write(claimed.Ids[i]);
            _buffer.WriteDay(claimed.Days[i]);
        }
    }

    private void Encode(IReadOnlyList<UsageGroup.Row> rows, UsageRollup rollup)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var e = rows[i].Event;
            _buffer.Row(16);
            _buffer.WriteInstant(rows[i].At);
            _buffer.Write(NextId());
            _buffer.Write(e.EventId);
            _buffer.Write(e.HttpStatus);
            _buffer.Write(e.LatencyMs);
            _buffer.Write((short)e.Status);
            _buffer.Write(rollup.Listed[i]);
            _buffer.Write(e.Provider);
            _buffer.Write(e.Operation);
            _buffer.Write(e.UserId);
            _buffer.Write(e.BotId);
            _buffer.Write(e.TraceId);
            _buffer.Write(e.ErrorCode);
            _buffer.Write((short)e.Source);
            _buffer.Write(e.InputTokens);
            _buffer.Write(e.OutputTokens);
        }
    }

    private async Task CopyAsync(NpgsqlConnection connection, string statement, Action encode, CancellationToken cancellationToken)
    {
        _buffer.Begin();
        encode();
        _buffer.End();
        await using var copy = await connection.BeginRawBinaryCopyAsync(statement, cancellationToken);
        await copy.WriteAsync(_buffer.Written, cancellationToken);
    }
}
